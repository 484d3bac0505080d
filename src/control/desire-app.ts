import { readSteering, scheduledServices } from '../actions/read-steering.ts';
import { scaleSettings } from '../core/compose/scale-settings.ts';
import type { App } from '../core/app/app.ts';
import type { ComposeProject } from '../core/compose/compose-project.ts';
import { canaryReplicas } from '../core/app/canary.ts';
import type { CanaryDesire, AppDesire, RouteDesire } from '../core/plan/app-desire.ts';
import type { InstanceFacts } from '../core/plan/instance-facts.ts';
import type { ServiceDesire } from '../core/plan/service-desire.ts';
import { isCurrent } from '../core/plan/sort-instances.ts';
import type { RetireReason } from '../core/plan/step.ts';
import { desireRoutes, networkName, networkOwner } from '../core/route/desire-routes.ts';
import { sortByDependency, dependentsOf, unmetDependencies } from '../core/service/dependencies.ts';
import { withAnchors } from '../core/service/anchors.ts';
import { renderInstance, volumeName } from '../core/service/render-instance.ts';
import type { AppMemory } from './app-memory.ts';
import type { ControlState } from './control-state.ts';
import { whyAsleep } from './scaling/wake-service.ts';
import { canBeCanary, type KnownRelease, type KnownService } from './release-cache.ts';

/** What a service waits for that was not there before a deployment that is paused. */
const resuming = 'crane resume';

/** Reads from the store what is wanted of an app now. Without a release nothing is wanted. */
export function desireApp(
  state: ControlState,
  app: App,
  memory: AppMemory,
  instances: readonly InstanceFacts[],
): AppDesire {
  const { prefix } = state.deps.settings;
  const release = state.releases.find(app, app.releaseNumber);
  const empty: AppDesire = {
    app: app.engineName,
    intent: app.intent,
    services: [],
    canary: null,
    routes: [],
    networks: [],
    volumes: [],
    dependents: {},
  };
  if (release === null) return empty;
  const { project } = release;
  const pause = state.deps.store.pauses.find(app.id);
  const stable = pause === null ? null : state.releases.find(app, app.stableReleaseNumber);
  const current = instances.filter((item) => isOfRelease(prefix, release, item));
  const services = sortByDependency(project).flatMap((name) => {
    const known = release.known.get(name);
    if (known === undefined) return [];
    const waitsFor = [
      ...(pause !== null && stable?.known.has(name) !== true ? [resuming] : []),
      ...unmetDependencies(project, name, current),
      ...retryWait(state, memory, release, name),
    ];
    return [desireService(state, app, known, waitsFor, anchorsIn(current, known.anchors))];
  });
  const canary = desireCanary(state, app, release, services);
  return {
    ...empty,
    services,
    canary,
    routes: desireRoutes(app, project, prefix).map((route) => withWaker(state, app, release, route)),
    ...desireGround(prefix, app, [project, ...triedProject(state, app, canary)]),
    dependents: dependentsOf(project),
  };
}

/** Networks and volumes of the app's own that these stand on, by the engine's names. */
function desireGround(
  prefix: string,
  app: App,
  projects: readonly ComposeProject[],
): Pick<AppDesire, 'networks' | 'volumes'> {
  const owner = networkOwner(prefix, app);
  const networks = projects.flatMap((project) =>
    usedNetworks({ project }).map((name) => networkName(owner, project, name)),
  );
  const volumes = projects.flatMap((project) =>
    Object.entries(project.volumes ?? {})
      .filter(([, volume]) => volume?.external !== true)
      .map(([name]) => volumeName(prefix, app.engineName, project, name)),
  );
  return { networks: [...new Set(networks)], volumes: [...new Set(volumes)] };
}

/** The canary's model without the services that are not tried, and without volumes that only those mount. */
function triedProject(state: ControlState, app: App, canary: CanaryDesire | null): ComposeProject[] {
  const [tried] = canary?.services ?? [];
  const project = tried === undefined ? undefined : state.releases.find(app, tried.release)?.project;
  if (project === undefined) return [];
  const names = new Set(canary?.services.map(({ service }) => service));
  const services = Object.entries(project.services).filter(([name]) => names.has(name));
  const mounted = new Set(services.flatMap(([, { volumes }]) => (volumes ?? []).map(({ source }) => source)));
  return [
    {
      ...project,
      services: Object.fromEntries(services),
      volumes: Object.fromEntries(
        Object.entries(project.volumes ?? {}).filter(([name]) => mounted.has(name)),
      ),
    },
  ];
}

/** A dependency is met by what is wanted now: the completed job of the release before does not count for this one. */
function isOfRelease(prefix: string, release: KnownRelease, item: InstanceFacts): boolean {
  const known = release.known.get(item.service);
  if (known === undefined) return false;
  const { specHash, networks, restartedBy } = known;
  return isCurrent({ prefix, specHash, networks, minRelease: restartedBy }, item);
}

/** The running instances of services that another one shares something with, the oldest slot first. */
function anchorsIn(
  current: readonly InstanceFacts[],
  services: readonly string[],
): NonNullable<ServiceDesire['anchors']> {
  return services.map((service) => ({
    service,
    ids: current
      .filter((item) => item.service === service && item.state === 'running' && item.busy !== 'retiring')
      .sort((a, b) => a.slot - b.slot)
      .map(({ id }) => id),
  }));
}

const retireReasons: Record<App['intent'], RetireReason> = {
  running: 'scale-in',
  stopped: 'stopped',
  deleted: 'deleted',
};

function desireService(
  state: ControlState,
  app: App,
  { spec, render, specHash, networks, restartedBy, canComplete, isHealed, monitorMs }: KnownService,
  waitsFor: readonly string[],
  anchors: NonNullable<ServiceDesire['anchors']>,
): ServiceDesire {
  const { store, settings } = state.deps;
  const replicas = store.targets.get(app.id, render.service)?.replicas ?? spec.deploy?.replicas ?? 1;
  const isFixed = (spec.ports ?? []).some((port) => port.published !== undefined && port.published !== '0');
  return {
    service: render.service,
    isCanary: false,
    replicas: app.intent === 'running' ? replicas : 0,
    release: render.release,
    minRelease: restartedBy,
    specHash,
    makeSpec: (slot) =>
      withAnchors(
        renderInstance({ ...render, slot }),
        (service) => anchors.find((anchor) => anchor.service === service)?.ids[0],
      ),
    anchors,
    prefix: settings.prefix,
    networks,
    isPaused: app.intent === 'running' && store.pauses.find(app.id) !== null,
    order: spec.deploy?.update_config?.order === 'stop-first' || isFixed ? 'stop-first' : 'start-first',
    parallelism: spec.deploy?.update_config?.parallelism ?? 0,
    monitorMs: Math.max(settings.monitorMs, monitorMs),
    graceMs: null,
    canComplete,
    isHealed,
    waitsFor,
    retireReason: retireReasons[app.intent],
  };
}

/**
 * The canary of an app: routed services that differ from those of its own release, beside them. Others follow when it is promoted: two
 * databases on one volume would be no trial but an accident.
 */
function desireCanary(
  state: ControlState,
  app: App,
  release: KnownRelease,
  services: readonly ServiceDesire[],
): CanaryDesire | null {
  const canary = state.deps.store.canaries.find(app.id);
  const newer = canary === null ? null : state.releases.find(app, canary.release);
  if (canary === null || newer === null) return null;
  const beside = services.flatMap((own): ServiceDesire[] => {
    const known = newer.known.get(own.service);
    if (known === undefined || !canBeCanary(release.known.get(own.service), known)) return [];
    const replicas = canaryReplicas(own.replicas, canary.weight);
    const waitsFor = own.isPaused ? [...own.waitsFor, resuming] : own.waitsFor;
    const desire = desireService(state, app, known, waitsFor, own.anchors ?? []);
    return [{ ...desire, isCanary: true, replicas, order: 'start-first' }];
  });
  const routes = desireRoutes(app, newer.project, state.deps.settings.prefix);
  return { weight: canary.weight, services: beside, routes };
}

/** Requests for what may sleep are never without somebody who takes them. */
function withWaker(state: ControlState, app: App, release: KnownRelease, route: RouteDesire): RouteDesire {
  const { store, clock, settings } = state.deps;
  const { service } = route;
  const spec = release.known.get(service)?.spec;
  if (spec === undefined || app.intent !== 'running') return route;
  if (scaleSettings(spec).min > 0 && !scheduledServices(store, app).has(service)) return route;
  const steering = readSteering(store, { appId: app.id, service, spec, now: clock.now() });
  return whyAsleep(steering) === null ? { ...route, waker: settings.wakerUrl } : route;
}

function retryWait(state: ControlState, memory: AppMemory, release: KnownRelease, service: string): string[] {
  const failure = memory.services.get(service)?.failure ?? null;
  if (failure === null || failure.release !== release.number) return [];
  return failure.until <= state.deps.clock.monotonic() ? [] : [`a retry after: ${failure.error.message}`];
}

/** Networks of the app's own that a service is on. */
export function usedNetworks({ project }: Pick<KnownRelease, 'project'>): string[] {
  const used = Object.values(project.services).flatMap((spec) =>
    spec.network_mode === undefined ? Object.keys(spec.networks ?? { default: null }) : [],
  );
  return [...new Set(used)].filter((name) => project.networks?.[name]?.external !== true);
}
