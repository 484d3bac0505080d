/** Steps of a build from source, in order. `reused` stands alone: an earlier build is still good. */
export type BuildStep = 'reused' | 'prepare' | 'download' | 'compile' | 'done';

export type BuildProgress = {
  image: string;
  step: BuildStep;
  /** One line for a person. */
  text: string;
  /** Packages (compile) or modules (download) so far; `total` only where it is known. */
  done?: number;
  total?: number;
  elapsedMs: number;
  /** Estimate of the whole build, and what remains of it; never negative. */
  estimateMs: number;
  remainingMs: number;
};

/** What the estimate of a running build stands on. */
export type CompileState = {
  done: number;
  total: number;
  compileMs: number;
  elapsedMs: number;
  expectedMs: number;
};

/**
 * Estimates the milliseconds that remain. Early it trusts the time a build usually takes; the more packages are
 * compiled, the more it trusts the pace seen. The last packages are the largest and linking follows them, so the pace
 * never promises less than a twentieth of the usual time while packages are missing.
 */
export function estimateRemaining(state: CompileState): number {
  const usual = Math.max(0, state.expectedMs - state.elapsedMs);
  if (state.done === 0 || state.total === 0) return usual;
  const share = Math.min(1, state.done / state.total);
  const byPace = (state.compileMs / share) * (1 - share);
  const blended = usual * (1 - share) + byPace * share;
  return Math.round(share < 1 ? Math.max(blended, state.expectedMs / 20) : blended);
}
