import type { App } from '../core/app/app.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';
import { requireAdmin } from './require-admin.ts';

export type PolicyPlace = { app: App | null; appId: number | null };

/** The platform, which an admin changes, or an app of this person. Everybody may read the platform's policies: owners build on them. */
export function findPolicyPlace(
  deps: Pick<ActionDeps, 'store'>,
  actor: Actor,
  input: { app?: string },
  purpose: 'read' | 'change',
): PolicyPlace {
  if (input.app !== undefined) {
    const app = findApp(deps, actor, input.app);
    return { app, appId: app.id };
  }
  if (purpose === 'change') requirePlatformAdmin(actor);
  return { app: null, appId: null };
}

/** @throws `auth.forbidden`, with the way that is open to everybody. */
export function requirePlatformAdmin(actor: Actor): void {
  requireAdmin(actor, {
    message: 'Policies of the platform are a matter of an admin.',
    fix: 'Ask one, or make a policy of your own app: --app APP.',
  });
}
