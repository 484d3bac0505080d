import type { UsageSample } from './usage.ts';

/** Cores are measured over so long: one busy second is no trend, and four would make scaling late. */
const windowMs = 3_000;
/** Less time between two points, and the grain of the clocks shows in the result. */
const shortestMs = 200;

/** A point of a CPU counter. */
export type CpuPoint = Pick<UsageSample, 'at' | 'cpuSeconds'>;

/**
 * The window with this sample at its end. It begins with the start of the instance when that is still inside, and anew
 * when the counter went back: the instance was started again.
 */
export function slideCpuWindow(
  window: readonly CpuPoint[],
  { at, cpuSeconds }: CpuPoint,
  startedAt: number | null,
): CpuPoint[] {
  const last = window.at(-1);
  const isAnew = last === undefined || cpuSeconds < last.cpuSeconds || at < last.at;
  const isYoung = startedAt !== null && startedAt <= at && at - startedAt <= windowMs;
  const before = isAnew ? (isYoung ? [{ at: startedAt, cpuSeconds: 0 }] : []) : window;
  // The last point outside stays, so that slow samples still have one to compare with.
  const first = before.findLastIndex((point) => at - point.at >= windowMs);
  return [...before.slice(Math.max(0, first)), { at, cpuSeconds }];
}

/** Cores used between the ends of the window; null when it is too short to tell. */
export function cpuCoresOver(window: readonly CpuPoint[]): number | null {
  const [first] = window;
  const last = window.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < shortestMs) return null;
  return (1000 * (last.cpuSeconds - first.cpuSeconds)) / (last.at - first.at);
}
