/** A stretch of a described load: from one value to another in a straight line, or around their middle as a sine. */
export type CurvePhase = {
  durationMs: number;
  from: number;
  to: number;
  /** A wave between `from` and `to` with this period, beginning at `from`; null = a straight line. */
  periodMs: number | null;
};

export type CurvePoint = { atMs: number; value: number | null };

/** The value of described phases at each step, from 0 to their end. */
export function samplePhases(phases: readonly CurvePhase[], stepMs: number): CurvePoint[] {
  const total = phases.reduce((sum, phase) => sum + phase.durationMs, 0);
  const points: CurvePoint[] = [];
  let [index, began] = [0, 0];
  for (let atMs = 0; atMs <= total; atMs += stepMs) {
    let phase = phases[index];
    while (phase !== undefined && atMs >= began + phase.durationMs && index < phases.length - 1) {
      began += phase.durationMs;
      index += 1;
      phase = phases[index];
    }
    if (phase !== undefined) points.push({ atMs, value: valueOf(phase, atMs - began) });
  }
  return points;
}

function valueOf({ durationMs, from, to, periodMs }: CurvePhase, atMs: number): number {
  if (periodMs !== null) {
    const share = (1 - Math.cos((2 * Math.PI * atMs) / periodMs)) / 2;
    return from + (to - from) * share;
  }
  return from + (to - from) * Math.min(1, durationMs === 0 ? 1 : atMs / durationMs);
}

/** Points of a recording or a file, each holding until the next, at each step. */
export function samplePoints(points: readonly CurvePoint[], stepMs: number): CurvePoint[] {
  const last = points.at(-1)?.atMs ?? 0;
  const sampled: CurvePoint[] = [];
  let index = 0;
  for (let atMs = 0; atMs <= last; atMs += stepMs) {
    while ((points[index + 1]?.atMs ?? Infinity) <= atMs) index += 1;
    const point = points[index];
    sampled.push({ atMs, value: point === undefined || point.atMs > atMs ? null : point.value });
  }
  return sampled;
}
