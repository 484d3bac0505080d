import type { App } from '../core/app/app.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { DeployHook } from '../core/hook/hook.ts';
import type { FeedKind } from '../core/operation/feed.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';
import { requireService } from './restart-app.ts';

/** An app has at most so many hooks. */
const mostHooks = 50;

/** What the signature of a call is made with; nobody keeps it. */
export function hookSecret(deps: Pick<ActionDeps, 'deriveSecret'>, id: string): string {
  return `crane_hook_${deps.deriveSecret(`hook ${id}`)}`;
}

/** A deploy hook of one of the actor's apps; `secret` is given this once. */
export function createHook(
  deps: ActionDeps,
  actor: Actor,
  input: { app: string; name: string; service?: string; isAnyImage: boolean },
): { hook: DeployHook; secret: string } {
  return deps.store.transaction(() => {
    const app = findApp(deps, actor, input.app);
    if (input.service !== undefined) requireService(deps, app, input.service);
    if (deps.store.hooks.list(app.id).length >= mostHooks)
      throw new CraneError('app.conflict', {
        message: `${app.uniqueName} has ${mostHooks} deploy hooks.`,
        fix: `Remove some: crane hook ls ${app.uniqueName}`,
      });
    const hook = deps.store.hooks.create({
      id: deps.newId('hook'),
      appId: app.id,
      userId: actor.user.id,
      name: input.name,
      service: input.service ?? null,
      isAnyImage: input.isAnyImage,
      createdAt: deps.clock.now(),
    });
    tellHook(deps, app, hook, 'hook.created', `deploy hook ${hook.name} made by ${actor.user.name}`);
    return { hook, secret: hookSecret(deps, hook.id) };
  });
}

export function listHooks(
  deps: Pick<ActionDeps, 'store'>,
  actor: Actor,
  input: { app: string },
): DeployHook[] {
  return deps.store.hooks.list(findApp(deps, actor, input.app).id);
}

/** Calls of it are refused from now on. */
export function removeHook(deps: ActionDeps, actor: Actor, input: { app: string; id: string }): void {
  deps.store.transaction(() => {
    const app = findApp(deps, actor, input.app);
    const hook = deps.store.hooks.list(app.id).find(({ id }) => id === input.id);
    if (hook === undefined || !deps.store.hooks.remove(app.id, hook.id))
      throw new CraneError('route.not_found', {
        message: `${app.uniqueName} has no deploy hook ${JSON.stringify(input.id.slice(0, 80))}.`,
        fix: `List them with: crane hook ls ${app.uniqueName}`,
      });
    tellHook(deps, app, hook, 'hook.removed', `deploy hook ${hook.name} removed by ${actor.user.name}`);
  });
}

export function tellHook(
  deps: Pick<ActionDeps, 'store' | 'clock'>,
  app: App,
  hook: DeployHook,
  kind: FeedKind,
  text: string,
  data: Readonly<Record<string, unknown>> = {},
): void {
  const at = deps.clock.now();
  deps.store.feed.append({
    at,
    kind,
    appId: app.id,
    app: app.uniqueName,
    text,
    data: { hook: hook.id, name: hook.name, ...data },
  });
}
