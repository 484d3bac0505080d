import type { App, Release } from '../core/app/app.ts';
import type { ComposeService } from '../core/compose/compose-project.ts';
import type { AppDesire } from '../core/plan/plan-app.ts';
import type { InstanceFacts, ServiceDesire } from '../core/plan/plan-service.ts';
import { sortByDependency, dependentsOf, unmetDependencies } from '../core/service/dependencies.ts';
import { desireRoutes, networkName } from '../core/route/desire-routes.ts';
import { renderInstance, specHashOf, volumeName } from '../core/service/render-instance.ts';
import type { RetireReason } from '../core/plan/step.ts';
import type { AppMemory } from './app-memory.ts';
import type { ControlState } from './control-state.ts';

/** Reads from the store what is wanted of an app now. Without a release nothing is wanted. */
export function desireApp(
  state: ControlState,
  app: App,
  memory: AppMemory,
  instances: readonly InstanceFacts[],
): AppDesire {
  const { store, settings } = state.deps;
  const release = app.releaseNumber === null ? null : store.releases.find(app.id, app.releaseNumber);
  const empty: AppDesire = {
    app: app.uniqueName,
    intent: app.intent,
    services: [],
    routes: [],
    networks: [],
    volumes: [],
    dependents: {},
  };
  if (release === null) return empty;
  const { project } = release;
  const names = sortByDependency(project);
  return {
    ...empty,
    services: names.flatMap((name) => {
      const spec = project.services[name];
      return spec === undefined
        ? []
        : [desireService({ state, app, release, memory, name, spec, instances })];
    }),
    routes: desireRoutes(app.uniqueName, project, settings.prefix),
    networks: usedNetworks(release)
      .filter((name) => project.networks?.[name]?.external !== true)
      .map((name) => networkName(settings.prefix, app.uniqueName, project, name)),
    volumes: Object.entries(project.volumes ?? {})
      .filter(([, volume]) => volume?.external !== true)
      .map(([name]) => volumeName(settings.prefix, app.uniqueName, project, name)),
    dependents: dependentsOf(project),
  };
}

type ServiceFacts = {
  state: ControlState;
  app: App;
  release: Release;
  memory: AppMemory;
  name: string;
  spec: ComposeService;
  instances: readonly InstanceFacts[];
};

function desireService({ state, app, release, memory, name, spec, instances }: ServiceFacts): ServiceDesire {
  const { store, settings } = state.deps;
  const image = release.images[name];
  const render = {
    prefix: settings.prefix,
    app: app.uniqueName,
    project: release.project,
    service: name,
    spec,
    imageId: image?.imageId ?? '',
    imageRef: image?.ref ?? spec.image ?? '',
    release: release.number,
  };
  const wanted =
    app.intent === 'running' ? (store.targets.get(app.id, name)?.replicas ?? spec.deploy?.replicas ?? 1) : 0;
  const retireReasons: Record<App['intent'], RetireReason> = {
    running: 'scale-in',
    stopped: 'stopped',
    deleted: 'deleted',
  };
  const restart = spec.restart ?? spec.deploy?.restart_policy?.condition ?? 'unset';
  const isRouted = (spec['x-crane']?.route ?? []).length > 0;
  return {
    service: name,
    replicas: wanted,
    release: release.number,
    minRelease: lastRestart(state, app, release, name),
    specHash: specHashOf(render),
    makeSpec: (slot) => renderInstance({ ...render, slot }),
    order:
      spec.deploy?.update_config?.order === 'stop-first' || hasFixedPort(spec) ? 'stop-first' : 'start-first',
    parallelism: spec.deploy?.update_config?.parallelism ?? 0,
    graceMs: null,
    canComplete: restart !== 'always' && restart !== 'unless-stopped' && restart !== 'any' && !isRouted,
    isHealed: restart !== 'no' && restart !== 'none',
    waitsFor: [...unmetDependencies(release.project, name, instances), ...retryWait(state, memory, name)],
    retireReason: retireReasons[app.intent],
  };
}

/** The newest release up to this one that restarted the service. */
function lastRestart(state: ControlState, app: App, release: Release, service: string): number {
  const restarts = state.deps.store.releases
    .list(app.id)
    .filter((item) => item.number <= release.number && item.restarts.includes(service));
  return Math.max(0, ...restarts.map((item) => item.number));
}

function hasFixedPort(spec: ComposeService): boolean {
  return (spec.ports ?? []).some((port) => port.published !== undefined && port.published !== '0');
}

function retryWait(state: ControlState, memory: AppMemory, service: string): string[] {
  const failure = memory.services.get(service)?.failure;
  if (failure === undefined || failure === null || failure.until <= state.deps.clock.monotonic()) return [];
  return [`a retry after: ${failure.error.message}`];
}

function usedNetworks(release: Release): string[] {
  const used = Object.values(release.project.services).flatMap((spec) =>
    spec.network_mode === undefined ? Object.keys(spec.networks ?? { default: null }) : [],
  );
  return [...new Set(used)];
}
