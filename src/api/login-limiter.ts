import type { FastifyRequest } from 'fastify';
import type { Clock } from '../core/port/clock.ts';
import { CraneError } from '../core/error/crane-error.ts';
import { createFailureLimiter } from './failure-limiter.ts';
import { peerOf } from './peer-of.ts';

/** Ten tries of a name at once from one address, then one in six seconds; and thirty of all names, then one in two. */
const perName = { burst: 10, refillMs: 6_000, maxPeers: 10_000 };
const perAddress = { burst: 30, refillMs: 2_000, maxPeers: 10_000 };

/** Runs a check of a password, unless too many failed before. A try counts until it has succeeded, so many at once do not slip through. */
export function limitLogins(
  clock: Clock,
): <T>(request: FastifyRequest, name: string, work: () => Promise<T>) => Promise<T> {
  const names = createFailureLimiter(perName);
  const addresses = createFailureLimiter(perAddress);
  return async (request, name, work) => {
    const key = `${peerOf(request)} ${name.toLowerCase()}`;
    const waits = [names.fail(key, clock.now()), addresses.fail(peerOf(request), clock.now())];
    const seconds = Math.max(...waits.map((wait) => wait ?? 0));
    if (seconds > 0) throw tooMany(seconds);
    const done = await work();
    names.forget(key);
    addresses.forget(peerOf(request));
    return done;
  };
}

function tooMany(seconds: number): CraneError {
  return new CraneError('auth.rate_limited', {
    message: 'Too many wrong passwords came from this address.',
    fix: `Wait ${seconds} s, then use the right one.`,
    retryAfterSeconds: seconds,
  });
}
