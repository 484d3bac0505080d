import type { LoadPhase } from './load.ts';

/** Shares of a request smaller than this are rounding of floating point, not a planned request. */
const epsilon = 1e-9;

/** Requests a phase plans: the area under its rate, usually not a whole number. */
function areaOf(phase: LoadPhase): number {
  return ((phase.fromRate + phase.toRate) / 2) * (phase.durationMs / 1000);
}

/**
 * Milliseconds into the phase at which its `n`-th request (a real number from 0) is due. Solves
 * `fromRate·t + slope·t²/2 = n` in the form that neither divides by a slope of zero nor loses digits near it.
 */
function dueWithin(phase: LoadPhase, n: number): number {
  if (n <= 0) return 0;
  const seconds = phase.durationMs / 1000;
  const slope = (phase.toRate - phase.fromRate) / seconds;
  const root = Math.sqrt(Math.max(0, phase.fromRate ** 2 + 2 * slope * n));
  return Math.min(seconds, (2 * n) / (phase.fromRate + root)) * 1000;
}

/**
 * Planned start of each request in milliseconds from the begin of the load, ascending. The first is due as soon as
 * the rate is above zero; fractions of a request carry over from phase to phase, so that no boundary drops or doubles one.
 */
export function* planLoad(phases: readonly LoadPhase[]): Generator<number, void, undefined> {
  let phaseBegin = 0;
  let areaBefore = 0;
  let next = 0;
  for (const phase of phases) {
    const areaAfter = areaBefore + areaOf(phase);
    while (next < areaAfter - epsilon) {
      yield phaseBegin + dueWithin(phase, next - areaBefore);
      next += 1;
    }
    areaBefore = areaAfter;
    phaseBegin += phase.durationMs;
  }
}

/** How many requests `planLoad` yields. */
export function countPlanned(phases: readonly LoadPhase[]): number {
  let area = 0;
  for (const phase of phases) area += areaOf(phase);
  return Math.max(0, Math.ceil(area - epsilon));
}

/** Length of all phases together. */
export function durationOf(phases: readonly LoadPhase[]): number {
  return phases.reduce((sum, phase) => sum + phase.durationMs, 0);
}
