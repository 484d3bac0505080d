import { CraneError } from '../core/error/crane-error.ts';
import { registrationModes, type Invitation, type RegistrationMode, type Role } from '../core/people/user.ts';
import type { User } from '../core/port/store.ts';
import type { ActionDeps, Actor, PeopleDeps } from './action-deps.ts';
import { hashGood } from './manage-users.ts';
import { requireAdmin } from './require-admin.ts';

const modeKey = 'registration.mode';

/** Who may make an account; nobody until an admin says otherwise. */
export function readRegistration({ store }: Pick<ActionDeps, 'store'>): RegistrationMode {
  const kept = store.settings.get(modeKey);
  return registrationModes.find((mode) => mode === kept) ?? 'closed';
}

/** For admins. */
export function setRegistration(
  deps: Pick<ActionDeps, 'store'>,
  actor: Actor,
  mode: RegistrationMode,
): RegistrationMode {
  requireAdmin(actor);
  deps.store.settings.set(modeKey, mode);
  return mode;
}

/** A code that makes whoever has it a user, once. For admins. @throws `auth.registration_closed` */
export function invite(
  deps: Pick<PeopleDeps, 'store' | 'clock' | 'newSecret' | 'hashSecret'>,
  actor: Actor,
  input: { role: Role; expiresInSeconds: number },
): { invitation: Invitation; code: string } {
  requireAdmin(actor);
  if (readRegistration(deps) === 'closed') throw closed('crane users registration invitation');
  const createdAt = deps.clock.now();
  const code = `crane_invite_${deps.newSecret().secret}`;
  const invitation = deps.store.invitations.create({
    hash: deps.hashSecret(code),
    role: input.role,
    createdBy: actor.user.id,
    createdAt,
    expiresAt: createdAt + input.expiresInSeconds * 1000,
  });
  return { invitation, code };
}

/** Those that were not redeemed. For admins. */
export function listInvitations(deps: Pick<ActionDeps, 'store' | 'clock'>, actor: Actor): Invitation[] {
  requireAdmin(actor);
  return deps.store.invitations.list(deps.clock.now());
}

/** For admins. */
export function withdrawInvitation(
  deps: Pick<ActionDeps, 'store'>,
  actor: Actor,
  input: { id: number },
): void {
  requireAdmin(actor);
  if (!deps.store.invitations.remove(input.id)) throw noInvitation();
}

/** Makes oneself an account: a user's where registration is open, else what the invitation says. */
export async function register(
  deps: PeopleDeps,
  input: { name: string; password: string; invitation?: string | undefined },
): Promise<User> {
  const mode = readRegistration(deps);
  if (mode === 'closed') throw closed('ask an admin for an account');
  if (input.invitation === undefined && mode === 'invitation') throw closed('ask an admin for an invitation');
  const passwordHash = await hashGood(deps, input.password, input.name);
  return deps.store.transaction(() => {
    const at = deps.clock.now();
    const role = input.invitation === undefined ? 'user' : redeem(deps, input.invitation, at);
    return deps.store.users.create({ name: input.name, role, at, passwordHash });
  });
}

function redeem(deps: PeopleDeps, code: string, now: number): Role {
  const invitation = deps.store.invitations.redeem(deps.hashSecret(code), now);
  if (invitation === null) throw noInvitation();
  return invitation.role;
}

function noInvitation(): CraneError {
  return new CraneError('route.not_found', {
    message: 'There is no such invitation; it may be used up, expired or withdrawn.',
    fix: 'Ask an admin for a new one.',
  });
}

function closed(fix: string): CraneError {
  return new CraneError('auth.registration_closed', {
    message: 'This Crane takes no accounts that way.',
    fix: `${fix.charAt(0).toUpperCase()}${fix.slice(1)}.`,
  });
}
