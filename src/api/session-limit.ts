import { CraneError } from '../core/error/crane-error.ts';

/** How many may be open at once: of one person, so that nobody takes the room of the others, and of all. */
export type SessionRoom = { what: string; each: number; all: number };

export type SessionLimit = {
  /** @throws `session.limit` when there is no room for one more of this person. */
  check(userId: number): void;
  during(userId: number, serve: () => Promise<void>): Promise<void>;
};

export function createSessionLimit({ what, each, all }: SessionRoom): SessionLimit {
  const open = new Map<number, number>();
  let total = 0;
  const add = (userId: number, change: 1 | -1): void => {
    const count = (open.get(userId) ?? 0) + change;
    total += change;
    if (count === 0) open.delete(userId);
    else open.set(userId, count);
  };
  return {
    check(userId) {
      const own = open.get(userId) ?? 0;
      if (own < each && total < all) return;
      throw new CraneError('session.limit', {
        message: own < each ? `${all} ${what} are open already.` : `You have ${each} ${what} open already.`,
        fix: 'End one of them first.',
        retryAfterSeconds: 10,
      });
    },
    async during(userId, serve) {
      add(userId, 1);
      try {
        await serve();
      } finally {
        add(userId, -1);
      }
    },
  };
}
