import { CraneError } from '../core/error/crane-error.ts';
import { checkPassword, normalizePassword } from '../core/people/check-password.ts';
import { isLastAdmin, type Role } from '../core/people/user.ts';
import type { User } from '../core/port/store.ts';
import type { Actor, PeopleDeps } from './action-deps.ts';
import { currentLogin } from './current-login.ts';
import { requireAdmin } from './require-admin.ts';

/** Everybody who is not removed. For admins. */
export function listUsers(deps: Pick<PeopleDeps, 'store'>, actor: Actor): User[] {
  requireAdmin(actor);
  return deps.store.users.list();
}

/** A new person. Without a password one is made, and given this once. For admins. */
export async function addUser(
  deps: PeopleDeps,
  actor: Actor,
  input: { name: string; role: Role; password?: string | undefined },
): Promise<{ user: User; password: string | null }> {
  requireAdmin(actor);
  const made = input.password === undefined ? makePassword(deps) : null;
  const passwordHash = await hashGood(deps, input.password ?? made ?? '', input.name);
  const user = deps.store.users.create({
    name: input.name,
    role: input.role,
    at: deps.clock.now(),
    passwordHash,
  });
  return { user, password: made };
}

/** Another role, or disabled or not; in force with the person's next request. For admins. @throws `user.last_admin` */
export function changeUser(
  deps: Pick<PeopleDeps, 'store'>,
  actor: Actor,
  input: { name: string; role?: Role | undefined; isDisabled?: boolean | undefined },
): User {
  requireAdmin(actor);
  return deps.store.transaction(() => {
    const user = findUser(deps, input.name);
    if (input.isDisabled === true || input.role === 'user') keepAnAdmin(deps, user);
    const after = deps.store.users.update(user.id, {
      ...(input.role === undefined ? {} : { role: input.role }),
      ...(input.isDisabled === undefined ? {} : { isDisabled: input.isDisabled }),
    });
    // Tokens of a disabled person wait with them; browsers and access tokens log in anew.
    if (after.isDisabled) deps.store.logins.removeAll(user.id, null);
    return after;
  });
}

/** For admins. @throws `user.owns_apps` while there are apps of this person, `user.last_admin` */
export function removeUser(
  deps: Pick<PeopleDeps, 'store' | 'clock'>,
  actor: Actor,
  input: { name: string },
): void {
  requireAdmin(actor);
  deps.store.transaction(() => {
    const user = findUser(deps, input.name);
    keepAnAdmin(deps, user);
    const apps = deps.store.apps.list({ kind: 'owner', userId: user.id });
    if (apps.length > 0)
      throw new CraneError('user.owns_apps', {
        message: `${user.name} owns ${apps.map(({ uniqueName }) => uniqueName).join(', ')}.`,
        fix: 'Remove these apps first (crane rm), or only disable the person: crane users disable NAME',
      });
    deps.store.users.remove(user.id, deps.clock.now());
  });
}

/** A new password for somebody who forgot theirs; all their logins end. Made and given once when none is sent. For admins. */
export async function resetPassword(
  deps: PeopleDeps,
  actor: Actor,
  input: { name: string; password?: string | undefined },
): Promise<{ password: string | null }> {
  requireAdmin(actor);
  const user = findUser(deps, input.name);
  const made = input.password === undefined ? makePassword(deps) : null;
  setPassword(deps, user, await hashGood(deps, input.password ?? made ?? '', user.name), null);
  return { password: made };
}

/** Another password for oneself; all other logins end. Who never had one sets the first. @throws `auth.invalid` */
export async function changePassword(
  deps: PeopleDeps,
  actor: Actor,
  input: { current?: string | undefined; password: string },
): Promise<void> {
  const { user } = actor;
  const before = deps.store.users.passwordHash(user.id);
  if (before !== null && !(await deps.passwords.matches(normalizePassword(input.current ?? ''), before)))
    throw new CraneError('auth.invalid', {
      message: 'The current password is wrong.',
      fix: 'Type it again, or ask an admin for a new one.',
    });
  setPassword(deps, user, await hashGood(deps, input.password, user.name), currentLogin(actor));
}

/** @throws `user.not_found` */
export function findUser(deps: Pick<PeopleDeps, 'store'>, name: string): User {
  const user = deps.store.users.findByName(name);
  if (user !== null) return user;
  throw new CraneError('user.not_found', {
    message: `There is no user ${JSON.stringify(name.slice(0, 80))}.`,
    fix: 'List them with: crane users ls',
  });
}

/** The hash of a password that may be used. @throws `input.invalid` */
export async function hashGood(deps: PeopleDeps, password: string, name: string): Promise<string> {
  const plain = normalizePassword(password);
  const problem = checkPassword(plain, name);
  if (problem !== null)
    throw new CraneError('input.invalid', {
      message: `the password ${problem}`,
      fix: 'Take a few words that only you would put together.',
      errors: [{ pointer: '/password', message: problem }],
    });
  return deps.passwords.hash(plain);
}

function setPassword(deps: PeopleDeps, user: User, hash: string, keptLogin: string | null): void {
  deps.store.transaction(() => {
    deps.store.users.setPassword(user.id, hash);
    deps.store.logins.removeAll(user.id, keptLogin);
  });
}

/** 24 characters of base64url: 144 bits. */
function makePassword(deps: Pick<PeopleDeps, 'newSecret'>): string {
  return deps.newSecret().secret.slice(0, 24);
}

function keepAnAdmin(deps: Pick<PeopleDeps, 'store'>, user: User): void {
  if (!isLastAdmin(user, deps.store.users.list())) return;
  throw new CraneError('user.last_admin', {
    message: `${user.name} is the only admin: nobody could administer Crane any more.`,
    fix: 'Make somebody else an admin first: crane users role NAME admin',
  });
}
