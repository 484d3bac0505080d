import { CraneError } from '../core/error/crane-error.ts';
import type { Actor } from './action-deps.ts';

const plain = {
  message: 'Only admins may do this.',
  fix: 'Ask an admin; crane whoami shows your role.',
};

/** @throws `auth.forbidden` for everybody else, with `words` where there is more to say. */
export function requireAdmin(actor: Actor, words: { message: string; fix: string } = plain): void {
  if (actor.user.role !== 'admin') throw new CraneError('auth.forbidden', words);
}
