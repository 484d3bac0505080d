import { CraneError } from '../core/error/crane-error.ts';
import { normalizePassword } from '../core/people/check-password.ts';
import { renderQrCode } from '../core/people/qr-code.ts';
import { recoveryCodeCount, recoveryCodeText, type SecondFactor } from '../core/people/second-factor.ts';
import { authenticatorUri } from '../core/people/totp.ts';
import type { User } from '../core/port/store.ts';
import type { Actor, PeopleDeps } from './action-deps.ts';
import { checkCode } from './check-code.ts';
import { currentLogin } from './current-login.ts';
import { findUser } from './manage-users.ts';
import { requireAdmin } from './require-admin.ts';

/** `isOn` once its first code was shown. */
export type FactorState = { isOn: boolean; since: number | null; codesLeft: number };
/** What an authenticator is given, this once. `qr`: rows of modules, true = dark. */
export type Enrolment = { secret: string; uri: string; qr: boolean[][] | null };

export function describeFactor({ store }: Pick<PeopleDeps, 'store'>, { id }: Pick<User, 'id'>): FactorState {
  const factor = store.secondFactors.find(id);
  const isOn = factor?.confirmedAt != null;
  return { isOn, since: factor?.confirmedAt ?? null, codesLeft: isOn ? factor.codesLeft : 0 };
}

/** A secret for the actor's authenticator; in force when it is confirmed. @throws `auth.invalid` for a wrong password */
export async function beginFactor(
  deps: PeopleDeps,
  { user }: Actor,
  { password }: { password: string },
): Promise<Enrolment> {
  await requirePassword(deps, user, password);
  const secret = deps.newTotpSecret();
  deps.store.transaction(() => {
    if (describeFactor(deps, user).isOn)
      throw new CraneError('app.conflict', {
        message: 'There is a second factor already.',
        fix: 'Turn it off first: crane second-factor off',
      });
    deps.store.secondFactors.begin({ userId: user.id, secret, at: deps.clock.now() });
  });
  const uri = authenticatorUri(user.name, secret);
  return { secret, uri, qr: renderQrCode(uri) };
}

/** Turns it on by a first code, and gives recovery codes, this once; the actor's other logins end. @throws `auth.code_wrong` */
export function confirmFactor(
  deps: PeopleDeps,
  actor: Actor,
  { code }: { code: string },
): { codes: string[] } {
  const { id } = actor.user;
  return whole(deps, () => {
    const factor = deps.store.secondFactors.find(id);
    if (factor === null || factor.confirmedAt !== null) throw notBegun(factor);
    const refusal = checkCode(deps, factor, code);
    if (refusal !== null) return refusal;
    deps.store.secondFactors.confirm(id, deps.clock.now());
    deps.store.logins.removeAll(id, currentLogin(actor));
    return { codes: newCodes(deps, id) };
  });
}

/** New recovery codes; those of before are void. @throws `auth.invalid`, `auth.code_wrong` */
export async function renewCodes(
  deps: PeopleDeps,
  actor: Actor,
  input: { password: string; code: string },
): Promise<{ codes: string[] }> {
  return withBoth(deps, actor, input, () => ({ codes: newCodes(deps, actor.user.id) }));
}

/** Turns it off. @throws `auth.invalid`, `auth.code_wrong` */
export async function endFactor(
  deps: PeopleDeps,
  actor: Actor,
  input: { password: string; code: string },
): Promise<void> {
  await withBoth(deps, actor, input, () => deps.store.secondFactors.remove(actor.user.id));
}

/** For somebody who lost the authenticator and the codes; their logins end. For admins. @throws `user.not_found` */
export function resetFactor(deps: Pick<PeopleDeps, 'store'>, actor: Actor, { name }: { name: string }): void {
  requireAdmin(actor);
  deps.store.transaction(() => {
    const user = findUser(deps, name);
    if (deps.store.secondFactors.remove(user.id)) deps.store.logins.removeAll(user.id, null);
  });
}

async function withBoth<T extends object | boolean>(
  deps: PeopleDeps,
  { user }: Actor,
  { password, code }: { password: string; code: string },
  work: () => T,
): Promise<T> {
  await requirePassword(deps, user, password);
  return whole(deps, () => {
    const factor = deps.store.secondFactors.find(user.id);
    if (factor?.confirmedAt == null) throw notBegun(null);
    return checkCode(deps, factor, code) ?? work();
  });
}

/** A wrong code is counted in the same transaction, and told after it: what is thrown inside would be forgotten. */
function whole<T>({ store }: Pick<PeopleDeps, 'store'>, work: () => T | CraneError): T {
  const result = store.transaction(work);
  if (result instanceof CraneError) throw result;
  return result;
}

function newCodes(deps: PeopleDeps, userId: number): string[] {
  const letters = Array.from({ length: recoveryCodeCount }, () => deps.newTotpSecret().slice(0, 16));
  deps.store.secondFactors.setCodes(
    userId,
    letters.map((each) => deps.hashSecret(each)),
  );
  return letters.map(recoveryCodeText);
}

async function requirePassword(deps: PeopleDeps, user: User, password: string): Promise<void> {
  const hash = deps.store.users.passwordHash(user.id);
  if (hash === null)
    throw new CraneError('app.conflict', {
      message: 'A second factor goes with a password, and you have none.',
      fix: 'Take one first: crane users passwd',
    });
  if (await deps.passwords.matches(normalizePassword(password), hash)) return;
  throw new CraneError('auth.invalid', { message: 'The password is wrong.', fix: 'Type it again.' });
}

function notBegun(factor: SecondFactor | null): CraneError {
  return new CraneError('app.conflict', {
    message: factor === null ? 'There is no second factor.' : 'The second factor is on already.',
    fix: factor === null ? 'Begin with: crane second-factor on' : 'See: crane second-factor',
  });
}
