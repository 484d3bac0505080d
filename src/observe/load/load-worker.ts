/** Entry of the worker thread: one load, then the thread ends. It has its own event loop, so neither disturbs the other. */
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { cancelMessage, specMessage, type FromWorker } from './load-messages.ts';
import { runLoad } from './run-load.ts';

const port = parentPort;
if (!port) throw new Error('load-worker.ts runs as a worker thread only.');

const say = (message: FromWorker): void => port.postMessage(message);
const cancellation = new AbortController();
port.on('message', (message: unknown) => {
  if (message === cancelMessage) cancellation.abort();
});

say({ kind: 'started' });
const report = await runLoad(specMessage.parse(workerData), {
  now: () => performance.now(),
  onProgress: (progress) => say({ kind: 'progress', progress }),
  signal: cancellation.signal,
});
say({ kind: 'done', report });
port.close();
