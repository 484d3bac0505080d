import { CraneError } from '../core/error/crane-error.ts';
import { pauseAfter, plainCode, type SecondFactor } from '../core/people/second-factor.ts';
import { matchCode } from '../core/people/totp.ts';
import type { PeopleDeps } from './action-deps.ts';

/**
 * Null when this is the code of now, not used before, or a recovery code, which is spent; else why not. Wrong ones are counted, whatever
 * address they come from: after five of them in a row tries are held up. For use within a transaction, whose end keeps the count.
 */
export function checkCode(
  deps: Pick<PeopleDeps, 'store' | 'clock' | 'hmacSha1' | 'hashSecret'>,
  { userId, lastStep, failures, openAt }: SecondFactor,
  code: string,
): CraneError | null {
  const { secondFactors } = deps.store;
  const now = deps.clock.now();
  if (openAt > now) return heldUp(openAt - now);
  const given = plainCode(code);
  const secret = secondFactors.secret(userId) ?? '';
  const step = matchCode(deps.hmacSha1, { secret, code: given, now, lastStep });
  if (step !== null || secondFactors.spendCode(userId, deps.hashSecret(given))) {
    secondFactors.succeed(userId, step ?? lastStep);
    return null;
  }
  secondFactors.fail(userId, { failures: failures + 1, openAt: now + pauseAfter(failures + 1) });
  return new CraneError('auth.code_wrong', {
    message: 'The code is wrong, over, or was used before.',
    fix: 'Wait for the next one of the authenticator, or use a recovery code.',
  });
}

function heldUp(leftMs: number): CraneError {
  const seconds = Math.ceil(leftMs / 1000);
  return new CraneError('auth.rate_limited', {
    message: 'Too many wrong codes were sent for this person.',
    fix: `Wait ${seconds} s, then use the right one.`,
    retryAfterSeconds: seconds,
  });
}
