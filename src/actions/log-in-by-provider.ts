import { CraneError } from '../core/error/crane-error.ts';
import { nameFor } from '../core/people/foreign-name.ts';
import type { Login } from '../core/people/login.ts';
import type { ForeignIdentity } from '../core/port/identity-provider.ts';
import type { User } from '../core/port/store.ts';
import type { PeopleDeps } from './action-deps.ts';
import { startLogin, type Origin } from './log-in.ts';
import { readRegistration } from './register-user.ts';

/**
 * Logs a browser in whom the provider vouches for: the person of this issuer and subject, whatever they are called now. Who comes for the first
 * time becomes a user, where registration is open. @throws `auth.registration_closed`, `auth.invalid` for somebody who is disabled
 */
export function logInByProvider(
  deps: PeopleDeps,
  identity: ForeignIdentity,
  origin: Origin,
): { user: User; login: Login; cookie: string } {
  return deps.store.transaction(() => {
    const user = deps.store.identities.find(identity) ?? join(deps, identity);
    if (user.isDisabled)
      throw new CraneError('auth.invalid', {
        message: `${user.name} is disabled.`,
        fix: 'Ask an admin.',
      });
    const { login, secret } = startLogin(deps, user, 'browser', origin);
    return { user, login, cookie: secret };
  });
}

function join(deps: PeopleDeps, identity: ForeignIdentity): User {
  if (readRegistration(deps) !== 'open')
    throw new CraneError('auth.registration_closed', {
      message: 'Nobody here is known to be this person, and this Crane takes no new people.',
      fix: 'Ask an admin to open registration: crane users registration open',
    });
  const at = deps.clock.now();
  const name = nameFor(identity.name, (taken) => deps.store.users.findByName(taken) !== null);
  const user = deps.store.users.create({ name, role: 'user', at });
  deps.store.identities.add({ ...identity, userId: user.id, at });
  return user;
}
