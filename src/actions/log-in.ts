import { CraneError } from '../core/error/crane-error.ts';
import { normalizePassword } from '../core/people/check-password.ts';
import { loginLife, type Login } from '../core/people/login.ts';
import type { User } from '../core/port/store.ts';
import type { Actor, PeopleDeps } from './action-deps.ts';
import { checkCode } from './check-code.ts';
import { currentLogin } from './current-login.ts';

/** `code`: of the second factor, where the person has one. */
export type Credentials = { name: string; password: string; code?: string | undefined };
/** Where a request came from, as the list of logins shows it. */
export type Origin = { address: string; client: string };

/** Access and refresh token of an API client, and when the access token ends. */
export type TokenPair = { user: User; accessToken: string; expiresAt: number; refreshToken: string };

/** @throws `auth.invalid`, the same for a wrong password and for nobody of this name, after the same time */
export async function checkCredentials(deps: PeopleDeps, { name, password }: Credentials): Promise<User> {
  const user = deps.store.users.findByName(name);
  const hash = user === null ? null : deps.store.users.passwordHash(user.id);
  const isRight = await deps.passwords.matches(normalizePassword(password), hash);
  // Read again: who was disabled while the password was checked does not get in.
  const now = user === null ? null : deps.store.users.find(user.id);
  if (isRight && now !== null && !now.isDisabled) return now;
  throw new CraneError('auth.invalid', {
    message: 'Name or password is wrong.',
    fix: 'Type them again, or ask an admin for a new password.',
  });
}

/** @throws `auth.code_needed`, `auth.code_wrong`, `auth.rate_limited` */
function requireSecondFactor(deps: PeopleDeps, user: User, code: string | undefined): void {
  const refusal = deps.store.transaction(() => {
    const factor = deps.store.secondFactors.find(user.id);
    if (factor?.confirmedAt == null) return null;
    return code === undefined ? codeNeeded() : checkCode(deps, factor, code);
  });
  if (refusal !== null) throw refusal;
}

function codeNeeded(): CraneError {
  return new CraneError('auth.code_needed', {
    message: 'The password is right; the code of the second factor is needed too.',
    fix: 'Send it as "code": six digits of the authenticator, or a recovery code.',
  });
}

/** Logs a browser in. `before` is the cookie it had: a login is never taken over from another one. */
export async function logInBrowser(
  deps: PeopleDeps,
  credentials: Credentials,
  { before, ...origin }: Origin & { before: string | null },
): Promise<{ user: User; login: Login; cookie: string }> {
  const user = await checkCredentials(deps, credentials);
  requireSecondFactor(deps, user, credentials.code);
  return deps.store.transaction(() => {
    if (before !== null) endByCookie(deps, before);
    const { login, secret } = startLogin(deps, user, 'browser', origin);
    return { user, login, cookie: secret };
  });
}

/** Whose browser this cookie is; it counts as seen. Null when it is none, or over. */
export function readCookie(deps: PeopleDeps, cookie: string): { user: User; login: Login } | null {
  const now = deps.clock.now();
  const found = deps.store.logins.findByHash(deps.hashSecret(cookie), now);
  if (found === null || found.login.kind !== 'browser') return null;
  // A write for each request would cost a disk flush.
  if (now - found.login.seenAt > 60_000)
    deps.store.logins.touch(found.login.id, { seenAt: now, idleAt: now + loginLife.browser.idleMs });
  return found;
}

/** Logs an API client in. */
export async function logInClient(
  deps: PeopleDeps,
  credentials: Credentials,
  origin: Origin,
): Promise<TokenPair> {
  const user = await checkCredentials(deps, credentials);
  requireSecondFactor(deps, user, credentials.code);
  const { login, secret } = startLogin(deps, user, 'api', origin);
  return pairOf(deps, user, login, secret);
}

/** A new pair for a refresh token, which is spent then. One that comes a second time ends the whole login. @throws `auth.invalid` */
export async function refreshClient(deps: PeopleDeps, refreshToken: string): Promise<TokenPair> {
  const at = deps.clock.now();
  const hash = deps.hashSecret(refreshToken);
  const next = `crane_refresh_${deps.newSecret().secret}`;
  const found = deps.store.transaction(() => {
    const known = deps.store.logins.findByHash(hash, at);
    if (known === null || known.login.kind !== 'api') {
      endStolen(deps, hash, at);
      return null;
    }
    deps.store.logins.rotate(known.login.id, {
      hash: deps.hashSecret(next),
      seenAt: at,
      idleAt: at + loginLife.api.idleMs,
    });
    return known;
  });
  if (found === null)
    throw new CraneError('auth.invalid', {
      message: 'The refresh token is wrong, expired, revoked or was used before.',
      fix: 'Log in again.',
    });
  return pairOf(deps, found.user, found.login, next);
}

/** Own logins, the one seen last first. */
export function listLogins(deps: PeopleDeps, actor: Actor): (Login & { isCurrent: boolean })[] {
  const current = currentLogin(actor);
  return deps.store.logins
    .list(actor.user.id, deps.clock.now())
    .map((login) => ({ ...login, isCurrent: login.id === current }));
}

/** Ends one of the actor's logins. @throws `route.not_found` */
export function endLogin(deps: Pick<PeopleDeps, 'store'>, actor: Actor, { id }: { id: string }): void {
  if (deps.store.logins.remove(actor.user.id, id)) return;
  throw new CraneError('route.not_found', {
    message: `You have no login ${JSON.stringify(id.slice(0, 80))}.`,
    fix: 'List them with: GET /api/v1/me/logins',
  });
}

/** Ends the actor's login by which this was asked; nothing for a token. */
export function logOut(deps: Pick<PeopleDeps, 'store'>, actor: Actor): void {
  const current = currentLogin(actor);
  if (current !== null) deps.store.logins.remove(actor.user.id, current);
}

/** A login of this person, whoever vouched for them; `secret` is that of its cookie, or the refresh token. */
export function startLogin(
  deps: PeopleDeps,
  user: User,
  kind: Login['kind'],
  { address, client }: Origin,
): { login: Login; secret: string } {
  const now = deps.clock.now();
  const secret = kind === 'api' ? `crane_refresh_${deps.newSecret().secret}` : deps.newSecret().secret;
  const login: Login = {
    id: deps.newId('login'),
    userId: user.id,
    kind,
    address,
    client: client.slice(0, 200),
    createdAt: now,
    seenAt: now,
    idleAt: now + loginLife[kind].idleMs,
    expiresAt: now + loginLife[kind].absoluteMs,
  };
  deps.store.logins.sweep(now);
  deps.store.logins.create({ ...login, hash: deps.hashSecret(secret) });
  return { login, secret };
}

async function pairOf(deps: PeopleDeps, user: User, login: Login, refreshToken: string): Promise<TokenPair> {
  const { token, expiresAt } = await deps.accessTokens.issue(
    { userId: user.id, loginId: login.id },
    deps.clock.now(),
  );
  return { user, accessToken: token, expiresAt, refreshToken };
}

function endByCookie(deps: PeopleDeps, cookie: string): void {
  const found = deps.store.logins.findByHash(deps.hashSecret(cookie), deps.clock.now());
  if (found !== null) deps.store.logins.remove(found.user.id, found.login.id);
}

/** Whoever used it first, thief or owner, does not go on either. */
function endStolen(deps: PeopleDeps, hash: string, now: number): void {
  const id = deps.store.logins.spentBy(hash);
  const found = id === null ? null : deps.store.logins.find(id, now);
  if (found !== null) deps.store.logins.remove(found.user.id, found.login.id);
}
