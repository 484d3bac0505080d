import { checkAppName } from '../core/app/app-name.ts';
import type { App } from '../core/app/app.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { ActionDeps, Actor } from './action-deps.ts';

/** A new app of this name, cloned from `source` or not, and the news of it. @throws `input.invalid` for a name that is none. */
export function createApp(deps: ActionDeps, actor: Actor, name: string, source?: App): App {
  requireName(name);
  const at = deps.clock.now();
  const app = deps.store.apps.create({ name, ownerId: actor.user.id, at });
  const origin = source === undefined ? 'created' : `cloned from ${source.uniqueName}`;
  deps.store.feed.append({
    at,
    kind: 'app.created',
    appId: app.id,
    app: app.uniqueName,
    text: `${app.uniqueName} ${origin} by ${actor.user.name}`,
    data: source === undefined ? {} : { source: source.uniqueName },
  });
  return app;
}

/** @throws `input.invalid` */
export function requireName(name: string): void {
  const verdict = checkAppName(name);
  if (!verdict.ok)
    throw new CraneError('input.invalid', {
      message: verdict.message,
      fix: verdict.fix,
      errors: [{ pointer: '/name', message: verdict.message, fix: verdict.fix }],
    });
}
