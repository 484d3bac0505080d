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

/** What the estimate of a running compilation stands on; `expectedMs` includes `linkMs`. */
export type CompileState = {
  done: number;
  total: number;
  elapsedMs: number;
  expectedMs: number;
  linkMs: number;
};

/**
 * Estimates the milliseconds that remain. Early it trusts the time a build usually takes; the more packages are
 * compiled, the more it trusts the pace seen. Linking follows the last package, so its time always remains.
 */
export function estimateRemaining(state: CompileState): number {
  const usual = Math.max(0, state.expectedMs - state.elapsedMs);
  if (state.done === 0 || state.total === 0) return Math.round(Math.max(usual, state.linkMs));
  const share = Math.min(1, state.done / state.total);
  const byPace = (state.elapsedMs / share) * (1 - share) + state.linkMs;
  return Math.round(Math.max(usual * (1 - share) + byPace * share, state.linkMs));
}
