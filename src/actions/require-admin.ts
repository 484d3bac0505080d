import { CraneError } from '../core/error/crane-error.ts';
import type { Actor } from './action-deps.ts';

/** @throws `auth.forbidden` for everybody else. */
export function requireAdmin(actor: Actor): void {
  if (actor.user.role === 'admin') return;
  throw new CraneError('auth.forbidden', {
    message: 'Only admins may do this.',
    fix: 'Ask an admin; crane whoami shows your role.',
  });
}
