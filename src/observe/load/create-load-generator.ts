import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CraneError } from '../../core/error/crane-error.ts';
import { checkLoad } from '../../core/load/check-load.ts';
import type { LoadGenerator, LoadProgress, LoadReport, LoadSpec } from '../../core/load/load.ts';
import { durationOf } from '../../core/load/plan-load.ts';
import type { Clock } from '../../core/port/clock.ts';
import { cancelMessage, fromWorker } from './load-messages.ts';

/** Beyond its own bounds a worker gets this long before it is ended from outside. */
const guardMs = 15_000;

/** Beside this file, or beside the program that this file was built into: `.ts` or `.js`. */
const workerFile = join(import.meta.dirname, `load-worker${extname(import.meta.filename)}`);

type Watch = { clock: Clock; onProgress: (progress: LoadProgress) => void };

function startWorker(spec: LoadSpec): Worker {
  return new Worker(workerFile, {
    workerData: spec,
    name: 'crane-load',
    // Nothing of the control plane's environment is needed there.
    env: {},
  });
}

function failed(cause: unknown): CraneError {
  return new CraneError(
    'internal',
    { message: 'The load generator ended without a report.', fix: 'Look into the log of the control plane.' },
    { cause },
  );
}

/** Resolves with the worker's report; rejects when it ends without one. */
async function awaitReport(worker: Worker, { clock, onProgress }: Watch): Promise<LoadReport> {
  const { promise, resolve, reject } = Promise.withResolvers<LoadReport>();
  let startedAt = clock.now();
  worker.on('message', (raw: unknown) => {
    const message = fromWorker.safeParse(raw);
    if (!message.success) reject(failed(message.error));
    else if (message.data.kind === 'started') startedAt = clock.now();
    else if (message.data.kind === 'progress') onProgress(message.data.progress);
    else resolve({ startedAt, ...message.data.report });
  });
  worker.once('error', (error) => reject(failed(error)));
  worker.once('exit', (code) => reject(failed(new Error(`worker exit code ${code}`))));
  return promise;
}

/**
 * Sends loads to loopback addresses from a worker thread, one thread per load.
 *
 * `run` refuses (`input.invalid`) what leaves this machine or is out of bounds. When its signal aborts, the load ends,
 * what is under way is drained (at most 2 s), and the report covers what was sent until then. Loads that never end by
 * themselves are ended from outside (`timed_out`).
 */
export function createLoadGenerator({ clock }: { clock: Clock }): LoadGenerator {
  return {
    async run(spec, onProgress, signal) {
      checkLoad(spec);
      signal.throwIfAborted();
      const worker = startWorker(spec);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread of Node, not a window
      const cancel = (): void => worker.postMessage(cancelMessage);
      signal.addEventListener('abort', cancel, { once: true });
      const guard = new AbortController();
      const tooLong = clock
        .wait(durationOf(spec.phases) + spec.timeoutMs + guardMs, guard.signal)
        .then((): LoadReport => {
          throw new CraneError('timed_out', 'The load did not end within its own bounds.');
        });
      // Aborted when the report came first: the wait then ends early, and nobody hears of it.
      tooLong.catch(() => {});
      try {
        return await Promise.race([awaitReport(worker, { clock, onProgress }), tooLong]);
      } finally {
        guard.abort();
        signal.removeEventListener('abort', cancel);
        await worker.terminate();
      }
    },
  };
}
