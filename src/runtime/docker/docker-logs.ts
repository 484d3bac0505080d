import { CraneError } from '../../core/error/crane-error.ts';
import type { LogLine, Runtime } from '../../core/port/runtime.ts';
import { closableStream } from './client/closable-stream.ts';
import { demultiplex, plainOutput } from './client/demultiplex.ts';
import { isOwn } from './docker-labels.ts';
import { orNull } from './error-answers.ts';
import type { RuntimeContext } from './runtime-context.ts';
import { splitLines } from './split-lines.ts';

/** An instance that is gone has no lines. Aborting the signal ends the stream. */
export function createLogReader({ client, installation }: RuntimeContext): Runtime['logs'] {
  return (id, instance, request, signal) =>
    closableStream(signal, async function* (stop): AsyncIterable<LogLine> {
      try {
        const details = await orNull(client.containers.inspect(id, stop));
        if (details === null || !isOwn(details.labels, installation)) return;
        const bytes = client.containers.logs(id, { ...request, hasTimestamps: true }, stop);
        // Engines before API 1.42 do not say whether the output is multiplexed; the terminal decides it.
        const pieces = details.hasTty
          ? plainOutput(bytes)
          : demultiplex(bytes, `Read the log of ${instance}`);
        for await (const line of splitLines(pieces, { hasTimestamps: true, isFramed: !details.hasTty }))
          yield { instance, ...line };
      } catch (error) {
        if (!stop.aborted && !isGone(error)) throw error;
      }
    });
}

function isGone(error: unknown): boolean {
  return (
    error instanceof CraneError &&
    (error.code === 'engine.not_found' || /dead or marked for removal/i.test(error.message))
  );
}
