import { abortedError, timedOutError } from './engine-error.ts';

/** A signal that follows the caller's and a time-out, and can be let go without leaving listeners behind. */
export type Deadline = {
  signal: AbortSignal;
  /** The time-out no longer counts (headers arrived, a stream follows); the caller's signal still does. */
  lift(): void;
  release(): void;
};

/** Aborts with the CraneError to throw: `engine.timed_out`, or `operation.cancelled` when the caller gave up. */
export function startDeadline(what: string, timeoutMs: number, caller?: AbortSignal): Deadline {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(abortedError(what, caller?.reason));
  if (caller?.aborted === true) onAbort();
  else caller?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => controller.abort(timedOutError(what, timeoutMs)), timeoutMs);
  const lift = (): void => clearTimeout(timer);
  return {
    signal: controller.signal,
    lift,
    release: () => {
      lift();
      caller?.removeEventListener('abort', onAbort);
    },
  };
}
