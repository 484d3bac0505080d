import type { App } from '../core/app/app.ts';
import type { ComposeProblem } from '../core/compose/load-compose.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Operation } from '../core/operation/operation.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { createApp } from './create-app.ts';
import { composeOrder, refuseWhileBusy, type DeployInput } from './deploy-app.ts';
import { findApp } from './find-app.ts';
import { checkDeployable, type ComposeInput } from './plan-deployment.ts';
import { queueOperation, wakeFor } from './queue-operation.ts';
import { requireBuilds, type SentBuilds } from './require-builds.ts';

export type BuildInput = Omit<DeployInput, 'pull' | 'isBuilding'> & {
  /** Which; default all that have a `build`. */
  services?: readonly string[];
  /** Base images are looked for in their registry even when they are here. */
  isPullingBases?: boolean;
  hasCache?: boolean;
};

/** What the builder is handed. */
export type BuildImagesOrder = {
  compose: ComposeInput;
  services: readonly string[];
  builds: SentBuilds;
  isPullingBases: boolean;
  hasCache: boolean;
};

/** Builds images of an app and deploys nothing; a new app stays stopped until it is deployed. */
export function buildImages(
  deps: ActionDeps,
  actor: Actor,
  input: BuildInput,
): { app: App; operation: Operation; warnings: readonly ComposeProblem[] } {
  const existing = input.app === undefined ? null : findApp(deps, actor, input.app);
  const { project, warnings } = checkDeployable(input, existing?.engineName ?? input.name);
  const services = chooseServices(project.services, input.services ?? []);
  requireBuilds(
    {
      ...project,
      services: Object.fromEntries(services.map((name) => [name, project.services[name] ?? {}])),
    },
    { builds: input.builds ?? {}, isBuilding: true },
  );
  const order: BuildImagesOrder = {
    compose: composeOrder(input),
    services,
    builds: input.builds ?? {},
    isPullingBases: input.isPullingBases ?? false,
    hasCache: input.hasCache ?? true,
  };
  const accepted = deps.store.transaction(() => {
    if (existing !== null) refuseWhileBusy(deps, existing);
    const app = existing ?? stopped(deps, createApp(deps, actor, input.name ?? project.name));
    return { app, operation: queueOperation(deps, actor, app, 'build', order) };
  });
  wakeFor(deps, accepted.app);
  return { ...accepted, warnings };
}

/** Nothing of it runs before it is deployed. */
function stopped(deps: ActionDeps, app: App): App {
  return deps.store.apps.update(app.id, { intent: 'stopped' }, deps.clock.now());
}

function chooseServices(
  services: Readonly<Record<string, { build?: unknown }>>,
  named: readonly string[],
): string[] {
  const built = Object.keys(services).filter((name) => services[name]?.build !== undefined);
  const unknown = named.find((name) => !built.includes(name));
  if (unknown !== undefined)
    throw new CraneError('service.not_found', {
      message:
        services[unknown] === undefined
          ? `There is no service ${unknown}.`
          : `The service ${unknown} is not built: it has no build:.`,
      fix: built.length === 0 ? 'Add build: to a service.' : `Services that are built: ${built.join(', ')}.`,
    });
  if (built.length === 0)
    throw new CraneError('input.invalid', {
      message: 'No service is built.',
      fix: 'Add build: to a service.',
    });
  return named.length === 0 ? built : [...new Set(named)];
}
