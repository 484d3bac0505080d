import { CraneError } from '../core/error/crane-error.ts';
import type { User } from '../core/port/store.ts';
import type { ActionDeps } from './action-deps.ts';

/** Where the hash of the one-time setup token is kept until it is redeemed. */
export const setupTokenKey = 'setup.token.hash';

/** Redeems the one-time setup token: makes the first admin and gives a bearer token, shown this once. */
export function setUp(
  deps: ActionDeps,
  input: { setupToken: string; name: string },
): { user: User; token: string } {
  return deps.store.transaction(() => {
    const expected = deps.store.settings.get(setupTokenKey);
    if (expected === null || deps.store.users.count() > 0) {
      throw new CraneError('setup.done', {
        message: 'Crane is set up already.',
        fix: 'Ask an admin for a token, then run: crane login --token TOKEN',
      });
    }
    if (deps.hashSecret(input.setupToken) !== expected) {
      throw new CraneError('auth.invalid', {
        message: 'The setup token is wrong.',
        fix: 'Copy it from the console of crane up.',
      });
    }
    const at = deps.clock.now();
    const user = deps.store.users.create({ name: input.name, role: 'admin', at });
    const token = issueToken(deps, user, 'first login');
    deps.store.settings.remove(setupTokenKey);
    return { user, token };
  });
}

/** A personal token `crane_…`; only its hash is stored. */
export function issueToken(
  deps: Pick<ActionDeps, 'store' | 'clock' | 'newSecret' | 'hashSecret'>,
  user: User,
  name: string,
  expiresAt: number | null = null,
): string {
  const token = `crane_${deps.newSecret().secret}`;
  deps.store.tokens.create({
    userId: user.id,
    name,
    hash: deps.hashSecret(token),
    at: deps.clock.now(),
    expiresAt,
  });
  return token;
}
