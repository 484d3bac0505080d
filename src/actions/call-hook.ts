import { CraneError } from '../core/error/crane-error.ts';
import { decideImage, type ImageWish } from '../core/hook/decide-image.ts';
import type { DeployHook } from '../core/hook/hook.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { changeRelease, type ReleaseChanged } from './change-release.ts';
import { findApp } from './find-app.ts';
import { tellHook } from './manage-hooks.ts';
import { requireService } from './restart-app.ts';

export type HookCall = ImageWish & { service?: string; pull?: 'missing' | 'always' | 'never' };

/** The hook of this id and the person it acts for; null when it is gone, or that person may not act any more. */
export function findHook(
  deps: Pick<ActionDeps, 'store'>,
  id: string,
): { hook: DeployHook; actor: Actor } | null {
  const hook = deps.store.hooks.find(id);
  const user = hook === null ? null : deps.store.users.find(hook.userId);
  return hook === null || user === null || user.isDisabled ? null : { hook, actor: { user } };
}

/**
 * Brings a new image to a service. The same name again means: look where its tag points now. The release names the person the hook acts for,
 * the event also the hook.
 */
export function callHook(deps: ActionDeps, actor: Actor, hook: DeployHook, call: HookCall): ReleaseChanged {
  return deps.store.transaction(() => {
    const app = findApp(deps, actor, String(hook.appId));
    const release = app.releaseNumber === null ? null : deps.store.releases.find(app.id, app.releaseNumber);
    const names = Object.keys(release?.project.services ?? {});
    const service = call.service ?? hook.service ?? (names.length === 1 ? names[0] : undefined);
    if (service === undefined)
      throw new CraneError('input.invalid', {
        message: `The call does not say which service of ${app.uniqueName} is meant.`,
        fix: `Send one of them as service: ${names.join(', ') || 'none yet'}.`,
        errors: [{ pointer: '/service', message: 'must be given, since the app has several services' }],
      });
    if (hook.service !== null && service !== hook.service)
      throw new CraneError('auth.forbidden', {
        message: `This hook is for the service ${hook.service} only.`,
        fix: 'Leave service out.',
      });
    requireService(deps, app, service);
    const current = release?.project.services[service]?.image ?? release?.images[service]?.ref ?? '';
    const image = decideImage(call, current, hook.isAnyImage);
    const isSame = image === current;
    const changed = changeRelease(deps, actor, {
      app: String(app.id),
      patch: { services: { [service]: { image } } },
      pull: call.pull ?? (isSame ? 'always' : 'missing'),
      refresh: isSame ? [service] : [],
    });
    deps.store.hooks.markUsed(hook.id, deps.clock.now());
    const text = `${service}: ${image} asked for by deploy hook ${hook.name} of ${actor.user.name}`;
    tellHook(deps, app, hook, 'hook.called', text, {
      service,
      image,
      user: actor.user.name,
      operation: changed.operation?.id ?? null,
    });
    return changed;
  });
}
