import type { App } from '../core/app/app.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { ScalingMode } from '../core/scaling/steering.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { describeApp, type AppView } from './describe-app.ts';
import { endOverride } from './end-override.ts';
import { findApp } from './find-app.ts';
import { requireService } from './restart-app.ts';

/** Sets how the autoscaler treats services of the app; without names all of them. `default` = as their release says. */
export function setScalingMode(
  deps: ActionDeps,
  actor: Actor,
  input: { app: string; services?: readonly string[]; mode: ScalingMode | 'default' },
): AppView {
  const mode = input.mode === 'default' ? null : input.mode;
  const app = deps.store.transaction(() => {
    const found = findApp(deps, actor, input.app);
    const services = servicesOf(deps, found, input.services);
    for (const service of services)
      deps.store.controls.setMode({ appId: found.id, service, mode, by: actor.user.name });
    deps.store.feed.append({
      at: deps.clock.now(),
      kind: 'app.steered',
      appId: found.id,
      app: found.uniqueName,
      text: `scaling of ${services.join(', ')} is ${mode ?? 'as the release says'}, by ${actor.user.name}`,
      data: { services, mode: input.mode },
    });
    return found;
  });
  deps.nudge(app.id);
  return describeApp(deps, actor, { app: app.uniqueName });
}

/** Ends overrides of the app; without names all of them. The autoscaler goes on, or what was wanted before is wanted again. */
export function endOverrides(
  deps: ActionDeps,
  actor: Actor,
  input: { app: string; services?: readonly string[] },
): AppView {
  const app = deps.store.transaction(() => {
    const found = findApp(deps, actor, input.app);
    for (const service of servicesOf(deps, found, input.services)) {
      const control = deps.store.controls.get(found.id, service);
      if (control !== null) endOverride(deps, found, control, actor.user.name);
    }
    return found;
  });
  deps.nudge(app.id);
  return describeApp(deps, actor, { app: app.uniqueName });
}

function servicesOf(deps: ActionDeps, app: App, named: readonly string[] | undefined): readonly string[] {
  for (const service of named ?? []) requireService(deps, app, service);
  if (named !== undefined && named.length > 0) return named;
  const release = app.releaseNumber === null ? null : deps.store.releases.find(app.id, app.releaseNumber);
  if (release !== null) return Object.keys(release.project.services);
  throw new CraneError('app.conflict', {
    message: `${app.uniqueName} has no release yet.`,
    fix: `Wait for its deployment: crane ls`,
  });
}
