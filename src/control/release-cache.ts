import type { App, Release } from '../core/app/app.ts';
import type { ComposeService } from '../core/compose/compose-project.ts';
import { durationMs } from '../core/compose/duration.ts';
import { scaleSettings } from '../core/compose/scale-settings.ts';
import type { Store } from '../core/port/store.ts';
import { isSteered } from '../core/scaling/steering.ts';
import { anchorServices } from '../core/service/anchors.ts';
import { renderInstance, specHashOf, type InstanceRequest } from '../core/service/render-instance.ts';
import { networkOwner, type NetworkOwner } from '../core/route/desire-routes.ts';

/** What never changes about one service of a release. */
export type KnownService = {
  spec: ComposeService;
  render: InstanceRequest;
  specHash: string;
  /** Networks each instance is on, by the engine's names. */
  networks: readonly string[];
  /** Services whose instances it shares namespaces or volumes with. */
  anchors: readonly string[];
  /** The newest release up to this one that restarted the service; 0 = none. */
  restartedBy: number;
  /** How long its instances have to be ready before they count; 0 = as configured. */
  monitorMs: number;
  /** An exit with code 0 is its end, not a failure. */
  canComplete: boolean;
  /** Whether failed instances are replaced. */
  isHealed: boolean;
  /** It has a signal to follow and room to move. */
  isAutoscaled: boolean;
};
export type KnownRelease = Release & { known: ReadonlyMap<string, KnownService> };

export type ReleaseCache = {
  find(app: Pick<App, 'id' | 'engineName'>, number: number | null): KnownRelease | null;
  forget(appId: number): void;
};

/** More releases than this are not kept in memory; the ones used longest ago go first. */
const mostReleases = 600;

/** Releases are immutable: each is read, parsed and hashed once instead of at every look. */
export function createReleaseCache(
  store: Pick<Store, 'releases'>,
  prefix: string,
  limit = mostReleases,
): ReleaseCache {
  const releases = new Map<string, { appId: number; release: KnownRelease }>();
  /** App → services restarted, by the number of the release. */
  const restarts = new Map<number, (readonly string[])[]>();

  const restartsUpTo = (appId: number, number: number): (readonly string[])[] => {
    const list = restarts.get(appId) ?? [[]];
    restarts.set(appId, list);
    for (let next = list.length; next <= number; next += 1)
      list.push(store.releases.find(appId, next)?.restarts ?? []);
    return list.slice(0, number + 1);
  };
  const load = (app: Pick<App, 'id' | 'engineName'>, number: number): KnownRelease | null => {
    const release = store.releases.find(app.id, number);
    if (release === null) return null;
    const history = restartsUpTo(app.id, number);
    const known = Object.entries(release.project.services).map(([service, spec]) => {
      const restartedBy = Math.max(
        0,
        history.findLastIndex((services) => services.includes(service)),
      );
      return [
        service,
        describeService({ ...networkOwner(prefix, app), release, service, spec, restartedBy }),
      ] as const;
    });
    return { ...release, known: new Map(known) };
  };
  return {
    find(app, number) {
      if (number === null) return null;
      const key = `${app.engineName}/${number}`;
      const release = releases.get(key)?.release ?? load(app, number);
      if (release === null) return null;
      releases.delete(key);
      releases.set(key, { appId: app.id, release });
      const [oldest] = releases.keys();
      if (releases.size > limit && oldest !== undefined) releases.delete(oldest);
      return release;
    },
    forget(appId) {
      restarts.delete(appId);
      for (const [key, item] of releases) if (item.appId === appId) releases.delete(key);
    },
  };
}

function describeService(
  of: NetworkOwner & {
    release: Release;
    service: string;
    spec: ComposeService;
    restartedBy: number;
  },
): KnownService {
  const { prefix, app, defaultNetwork = null, release, service, spec } = of;
  const image = release.images[service];
  const render: InstanceRequest = {
    prefix,
    app,
    defaultNetwork,
    project: release.project,
    service,
    spec,
    imageId: image?.imageId ?? '',
    imageRef: image?.ref ?? spec.image ?? '',
    release: release.number,
    ...(release.secretVersions === undefined ? {} : { secretVersions: release.secretVersions }),
  };
  const restart = spec.restart ?? spec.deploy?.restart_policy?.condition ?? 'unset';
  const isRouted = (spec['x-crane']?.route ?? []).length > 0;
  const scale = scaleSettings(spec);
  const monitor = spec.deploy?.update_config?.monitor;
  const { create, moreNetworks } = renderInstance({ ...render, slot: 1 });
  const first = Object.keys(create.NetworkingConfig?.EndpointsConfig ?? {});
  return {
    spec,
    render,
    specHash: specHashOf(render),
    networks: [...first, ...Object.keys(moreNetworks)],
    anchors: anchorServices(spec),
    restartedBy: of.restartedBy,
    monitorMs: monitor === undefined ? 0 : durationMs(monitor),
    canComplete: restart !== 'always' && restart !== 'unless-stopped' && restart !== 'any' && !isRouted,
    isHealed: restart !== 'no' && restart !== 'none',
    isAutoscaled: isSteered(scale, 0),
  };
}

/** Whether a service of a newer release can stand beside that of the app's own: it is routed in both, and differs. */
export function canBeCanary(own: KnownService | undefined, newer: KnownService): boolean {
  const isRouted = ({ spec }: KnownService): boolean => (spec['x-crane']?.route ?? []).length > 0;
  const isFixed = (newer.spec.ports ?? []).some(
    ({ published }) => published !== undefined && published !== '0',
  );
  return own !== undefined && isRouted(own) && isRouted(newer) && own.specHash !== newer.specHash && !isFixed;
}
