import { CraneError } from '../core/error/crane-error.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { requireAdmin } from './require-admin.ts';

/** Seals everything that is secret anew, with a new key. For admins. */
export function rotateSecretKey(
  { rotateSecretKey: rotate, store, clock }: Pick<ActionDeps, 'rotateSecretKey' | 'store' | 'clock'>,
  actor: Actor,
): { resealed: number } {
  requireAdmin(actor);
  if (rotate === null)
    throw new CraneError('app.conflict', {
      message: 'The key of secrets comes from the environment.',
      fix: 'Start Crane with CRANE_SECRET_KEY=NEW,OLD, and afterwards with the new one alone.',
    });
  const done = rotate();
  const text = `${actor.user.name} rotated the key of secrets; ${done.resealed} were sealed anew`;
  store.feed.append({ at: clock.now(), kind: 'admission.changed', appId: null, app: null, text, data: done });
  return done;
}
