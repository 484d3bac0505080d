import { CraneError } from '../core/error/crane-error.ts';

/** Each holds a connection to the engine and processes in instances. */
const mostSessions = 100;

export type SessionLimit = {
  /** @throws `session.limit` when there is no room for one more. */
  check(): void;
  during(serve: () => Promise<void>): Promise<void>;
};

export function createSessionLimit(most: number = mostSessions): SessionLimit {
  let open = 0;
  return {
    check() {
      if (open < most) return;
      throw new CraneError('session.limit', {
        message: `${most} sessions are open already.`,
        fix: 'End one of them first.',
        retryAfterSeconds: 10,
      });
    },
    async during(serve) {
      open += 1;
      try {
        await serve();
      } finally {
        open -= 1;
      }
    },
  };
}
