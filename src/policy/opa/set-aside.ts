import { CraneError } from '../../core/error/crane-error.ts';
import { badOutput } from './parse-decision.ts';

/** Once may be chance; whoever takes the engine down again is asked seldom. Milliseconds. */
const restMs = { first: 60_000, again: 3_600_000 };

/** Which policies of people are not asked for now, since the engine did not survive, or did not end, their evaluation. */
export type SetAside = {
  /** @throws policy.bad_output while the policy rests. */
  check(name: string): void;
  /** What to throw instead of this failure of an evaluation: the policy's own fault where it is one. */
  judge(name: string, error: unknown): unknown;
  clear(name: string): void;
};

/** `now`: a monotonic clock, milliseconds. */
export function createSetAside(now: () => number): SetAside {
  const resting = new Map<string, { until: number }>();
  return {
    check(name) {
      const rest = resting.get(name);
      if (rest === undefined || rest.until <= now()) return;
      const seconds = Math.ceil((rest.until - now()) / 1000);
      throw badOutput(
        `the policy needed more time or memory than there is, and is not asked for another ${seconds} s`,
      );
    },
    judge(name, error) {
      if (!isCutOff(error)) return error;
      const isFirst = !resting.has(name);
      resting.set(name, { until: now() + (isFirst ? restMs.first : restMs.again) });
      return badOutput('the policy needs more time or memory than there is');
    },
    clear: (name) => void resting.delete(name),
  };
}

/** The engine had the question, and was gone or silent afterwards; one that cannot be reached at all is nobody's fault. */
function isCutOff(error: unknown): boolean {
  if (!(error instanceof CraneError) || error.code !== 'policy.unavailable') return false;
  const { cause } = error;
  if (!(cause instanceof Error)) return false;
  if (cause.name === 'TimeoutError') return true;
  const reason = cause.cause;
  return (
    reason instanceof Error &&
    'code' in reason &&
    ['ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE'].includes(String(reason.code))
  );
}
