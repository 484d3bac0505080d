import { CraneError } from '../core/error/crane-error.ts';
import type { User } from '../core/port/store.ts';
import type { PeopleDeps } from './action-deps.ts';
import { hashGood } from './manage-users.ts';

/** Where the hash of the one-time setup token is kept until it is redeemed. */
export const setupTokenKey = 'setup.token.hash';

/** Whether there is somebody; else the setup token makes the first admin. */
export function isSetUp({ store }: Pick<PeopleDeps, 'store'>): boolean {
  return store.users.count() > 0;
}

/** With a password the token is only for getting in at once. */
const shortTokenMs = 3_600_000;

/** Redeems the one-time setup token: makes the first admin and gives a bearer token, shown this once. */
export async function setUp(
  deps: PeopleDeps,
  input: { setupToken: string; name: string; password?: string | undefined },
): Promise<{ user: User; token: string }> {
  checkSetupToken(deps, input.setupToken);
  const hash = input.password === undefined ? null : await hashGood(deps, input.password, input.name);
  return deps.store.transaction(() => {
    // Again: of two at once, one makes the admin.
    checkSetupToken(deps, input.setupToken);
    const user = deps.store.users.create({
      name: input.name,
      role: 'admin',
      at: deps.clock.now(),
      ...(hash === null ? {} : { passwordHash: hash }),
    });
    const expiresAt = hash === null ? null : deps.clock.now() + shortTokenMs;
    const token = issueToken(deps, user, 'first login', expiresAt);
    deps.store.settings.remove(setupTokenKey);
    return { user, token };
  });
}

function checkSetupToken(deps: PeopleDeps, setupToken: string): void {
  const expected = deps.store.settings.get(setupTokenKey);
  if (expected === null || deps.store.users.count() > 0) {
    throw new CraneError('setup.done', {
      message: 'Crane is set up already.',
      fix: 'Ask an admin for an account, then run: crane login NAME',
    });
  }
  if (deps.hashSecret(setupToken) !== expected) {
    throw new CraneError('auth.invalid', {
      message: 'The setup token is wrong.',
      fix: 'Copy it from the console of crane up.',
    });
  }
}

/** A personal token `crane_…`; only its hash is stored. */
export function issueToken(
  deps: Pick<PeopleDeps, 'store' | 'clock' | 'newSecret' | 'hashSecret'>,
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
