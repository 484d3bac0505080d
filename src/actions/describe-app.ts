import type { App, AppState } from '../core/app/app.ts';
import type { Canary } from '../core/app/canary.ts';
import { scaleSettings, type ScaleSettings } from '../core/compose/scale-settings.ts';
import type { ComposeService } from '../core/compose/compose-project.ts';
import type { InstanceView } from '../core/port/observed.ts';
import { routeUrl } from '../core/route/route-url.ts';
import type { OpenWindow } from '../core/scaling/schedule.ts';
import type { Override, Steering } from '../core/scaling/steering.ts';
import { scopeOf, type ActionDeps, type Actor } from './action-deps.ts';
import { routesOfRelease } from './app-routes.ts';
import { findApp } from './find-app.ts';
import { readSteering } from './read-steering.ts';

export type ServiceView = {
  name: string;
  image: string;
  replicas: number;
  ready: number;
  min: number;
  max: number;
  url: string | null;
  targets: ScaleSettings['targets'];
  mode: ScaleSettings['mode'];
  /** The person who set the mode; null = the release. */
  modeBy: string | null;
  override: Override | null;
  /** The open window that sets min and max; null = the release does. */
  window: OpenWindow | null;
  /** Of the app, by their names in its compose file. */
  networks: string[];
  volumes: string[];
};

export type AppView = {
  id: number;
  name: string;
  uniqueName: string;
  engineName: string;
  owner: string;
  state: AppState;
  reason: string | null;
  url: string | null;
  release: number | null;
  /** A newer release that is tried with `weight` of 100 requests. */
  canary: Canary | null;
  /** Its deployment was made to stop before its next step. */
  paused: { operation: string; at: number; by: string } | null;
  revision: number;
  createdAt: number;
  services: ServiceView[];
};

export function describeApp(deps: ActionDeps, actor: Actor, input: { app: string }): AppView {
  return viewOf(deps, findApp(deps, actor, input.app));
}

export function listApps(deps: ActionDeps, actor: Actor): AppView[] {
  return deps.store.apps.list(scopeOf(actor)).map((app) => viewOf(deps, app));
}

function viewOf(deps: ActionDeps, app: App): AppView {
  const seen = deps.observed.app(app.id);
  const routes = routesOfRelease(deps.store, app);
  const release = app.releaseNumber === null ? null : deps.store.releases.find(app.id, app.releaseNumber);
  const services = Object.entries(release?.project.services ?? {}).map(([name, spec]) => {
    const own = routes.find((route) => route.service === name);
    return viewOfService({
      name,
      spec,
      image: release?.images[name]?.ref ?? spec.image ?? '',
      instances: seen.instances,
      url: routeUrl(own, deps.settings),
      steering: readSteering(deps.store, { appId: app.id, service: name, spec, now: deps.clock.now() }),
      replicas: deps.store.targets.get(app.id, name)?.replicas ?? 0,
    });
  });
  return {
    id: app.id,
    name: app.name,
    uniqueName: app.uniqueName,
    engineName: app.engineName,
    owner: deps.store.users.find(app.ownerId)?.name ?? 'unknown',
    state: seen.state,
    reason: seen.reason ?? (seen.state === 'running' ? sleepOf(services) : null),
    url: routeUrl(routes[0], deps.settings),
    release: app.releaseNumber,
    canary: deps.store.canaries.find(app.id),
    paused: pauseOf(deps, app),
    revision: app.revision,
    createdAt: app.createdAt,
    services,
  };
}

/** A running app without an instance would look like a fault. */
function sleepOf(services: readonly ServiceView[]): string | null {
  const asleep = services.filter(({ replicas, min, url }) => replicas === 0 && min === 0 && url !== null);
  if (asleep.length === 0) return null;
  return `asleep: ${asleep.map(({ name }) => name).join(', ')}; a request wakes it`;
}

function pauseOf({ store }: ActionDeps, app: App): AppView['paused'] {
  const pause = store.pauses.find(app.id);
  if (pause === null) return null;
  const by = store.users.find(pause.userId)?.name ?? 'somebody';
  return { operation: pause.operationId, at: pause.at, by };
}

function viewOfService(facts: {
  name: string;
  spec: ComposeService;
  image: string;
  instances: readonly InstanceView[];
  url: string | null;
  replicas: number;
  steering: Steering;
}): ServiceView {
  const { min, max, mode, modeBy, override, window } = facts.steering;
  const ready = facts.instances.filter(
    (item) => item.service === facts.name && (item.health === 'ready' || item.health === 'completed'),
  ).length;
  return {
    name: facts.name,
    image: facts.image,
    replicas: facts.replicas,
    ready,
    min,
    max,
    url: facts.url,
    targets: scaleSettings(facts.spec).targets,
    mode,
    modeBy,
    override,
    window,
    networks: Object.keys(facts.spec.networks ?? {}),
    volumes: namedVolumes(facts.spec),
  };
}

function namedVolumes({ volumes = [] }: ComposeService): string[] {
  return volumes.flatMap(({ type, source }) => (type === 'volume' && source !== undefined ? [source] : []));
}
