import { placeOf } from '../client/split-socket.ts';
import { setTimeout as wait } from 'node:timers/promises';
import { CliError, errorOfProblem } from '../cli-error.ts';
import { readEvents, StreamRefusedError, type StreamEvent } from '../client/client.ts';
import { nowhereError } from './nowhere-error.ts';

/** A stream that broke off is taken up again for this long: a control plane that restarts is back by then. */
const retryForMs = 60_000;
const retryEveryMs = 500;

export type StreamRequest = {
  url: string;
  /** Where a later connection goes, if elsewhere: for streams that say in their address where to go on. */
  resumeUrl?: () => string;
  token: string | null;
  /** The event after which to begin; null = as the stream does by itself. */
  after: string | null;
  signal: AbortSignal;
  /** Whether a stream that the server ended is taken up again, as one that goes on for ever. */
  isEndless: boolean;
  /** Whether the very first connection is tried again too, for what was seen to be there a moment ago. */
  isKnown?: boolean;
};

function lostError(url: string, cause: unknown): CliError {
  return new CliError(
    {
      code: 'control.unreachable',
      detail: `The connection to the control plane at ${placeOf(url)} was lost.`,
      fix: 'Look at: crane status; start it with: crane up --detach',
    },
    { cause },
  );
}

/** Refusals and errors told inside the stream are final; everything else is the connection's fault. */
function finalError(thrown: unknown): CliError | null {
  if (thrown instanceof StreamRefusedError) return errorOfProblem(thrown.problem, thrown.status);
  return thrown instanceof CliError ? thrown : null;
}

/**
 * Events of a stream, in order and each once, over as many connections as it takes. Ends quietly when the signal aborts.
 * @throws CliError when the server refuses, tells an error, or stays away too long.
 */
export async function* followStream(request: StreamRequest): AsyncGenerator<StreamEvent, void, undefined> {
  const { url, token, signal, isEndless } = request;
  let { after, isKnown = false } = request;
  let lostAt: number | null = null;
  while (!signal.aborted) {
    try {
      const address = request.resumeUrl?.() ?? url;
      for await (const event of readEvents(address, token, after, signal)) {
        lostAt = null;
        isKnown = true;
        if (event.event === 'error') throw errorOfProblem(event.data, 500);
        after = event.id ?? after;
        yield event;
      }
      if (!isEndless) return;
    } catch (thrown) {
      if (signal.aborted) return;
      const final = finalError(thrown);
      if (final) throw final;
      if (!isKnown) throw nowhereError(url, thrown);
      lostAt ??= performance.now();
      if (performance.now() - lostAt > retryForMs) throw lostError(url, thrown);
    }
    await wait(retryEveryMs, undefined, { signal }).catch(() => {});
  }
}
