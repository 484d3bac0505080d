import type { LoadProgress, LoadReport, LoadSpec } from '../../core/load/load.ts';
import { planLoad } from '../../core/load/plan-load.ts';
import { createLoadRecorder } from './record-load.ts';
import { createRequestQueue } from './request-queue.ts';

/** After a cancellation, requests under way get this long to end; later ones are not counted. */
export const cancelGraceMs = 2000;
const progressEveryMs = 500;
/** How often requests that are out of time are looked for; a time-out is late by at most this. */
const expireEveryMs = 20;

export type RunLoadDeps = {
  /** Monotonic milliseconds. */
  now: () => number;
  /** Twice a second, and at once when an instance answers for the first time. */
  onProgress: (progress: LoadProgress) => void;
  /** Ends the load early; what was sent is drained and reported. */
  signal: AbortSignal;
};

/** Calls `onDue` at each planned start, late ones at once; a timer of 1 ms is the finest step. Returns how to stop. */
function keepTime(
  starts: Generator<number, void, undefined>,
  elapsed: () => number,
  hooks: { onDue: (plannedAt: number) => void; onEnd: () => void },
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let next = starts.next();
  function tick(): void {
    const nowMs = elapsed();
    while (next.done !== true && next.value <= nowMs) {
      hooks.onDue(next.value);
      next = starts.next();
    }
    if (next.done === true) hooks.onEnd();
    else timer = setTimeout(tick, Math.max(1, next.value - elapsed()));
  }
  tick();
  return () => clearTimeout(timer);
}

/**
 * Sends the planned requests, each at its own time whatever became of the ones before (open loop), and reports when
 * all have ended. Ends at the latest `timeoutMs` after the last planned start, or `cancelGraceMs` after a cancellation.
 */
export async function runLoad(spec: LoadSpec, deps: RunLoadDeps): Promise<Omit<LoadReport, 'startedAt'>> {
  const begin = deps.now();
  const elapsed = (): number => deps.now() - begin;
  const over = Promise.withResolvers<void>();
  const recorder = createLoadRecorder(planLoad(spec.phases).next().value ?? 0);
  const reportProgress = (): void => deps.onProgress(recorder.progress(elapsed()));
  let hasPlannedAll = false;
  let isOver = false;
  const endWhenEmpty = (): void => {
    if (hasPlannedAll && queue.isEmpty()) over.resolve();
  };
  const queue = createRequestQueue({
    spec,
    elapsed,
    onEnd(outcome, times) {
      if (isOver) return;
      if (recorder.record(outcome, times)) reportProgress();
      endWhenEmpty();
    },
  });
  const onEnd = (): void => {
    hasPlannedAll = true;
    endWhenEmpty();
  };
  const stopPlanning = keepTime(planLoad(spec.phases), elapsed, {
    onDue: (plannedAt) => queue.add(plannedAt),
    onEnd,
  });
  const timers = [
    setInterval(() => queue.expire(), expireEveryMs),
    setInterval(reportProgress, progressEveryMs),
  ];
  const cancel = (): void => {
    stopPlanning();
    onEnd();
    timers.push(setTimeout(over.resolve, cancelGraceMs));
  };
  deps.signal.addEventListener('abort', cancel, { once: true });
  await over.promise;
  isOver = true;
  deps.signal.removeEventListener('abort', cancel);
  for (const timer of timers) clearTimeout(timer);
  const report = recorder.finish(elapsed());
  await queue.close();
  return report;
}
