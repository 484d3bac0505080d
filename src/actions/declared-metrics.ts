import type { XCraneService } from '../core/compose/x-crane.ts';
import type { Store } from '../core/port/store.ts';
import type { ObservedInstance } from '../core/service/instance.ts';

/**
 * Where an instance shows metrics: as the app's present release says, since a change of such settings replaces no instance, at the
 * address that was observed.
 */
export type DeclaredMetrics = { address: string; port: number; path: string };

/** Null when it declares none, does not run, or has no address of its own. */
export type FindDeclaredMetrics = (item: ObservedInstance) => DeclaredMetrics | null;

type ByService = ReadonlyMap<string, NonNullable<XCraneService['metrics']>>;

/** So many releases are remembered: hundreds of instances are looked up again and again, and a release never changes. */
const mostReleases = 1_000;

export function createMetricsFinder(store: Store): FindDeclaredMetrics {
  const known = new Map<string, ByService>();
  const read = (item: ObservedInstance): ByService => {
    const app = store.apps.find({ kind: 'all' }, item.app);
    const key = `${item.app} ${app?.releaseNumber}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const release =
      app === null || app.releaseNumber === null ? null : store.releases.find(app.id, app.releaseNumber);
    const declared: ByService = new Map(
      Object.entries(release?.project.services ?? {}).flatMap(([service, spec]) => {
        const metrics = spec['x-crane']?.metrics;
        return metrics === undefined ? [] : [[service, metrics] as const];
      }),
    );
    if (known.size >= mostReleases) known.clear();
    if (release !== null) known.set(key, declared);
    return declared;
  };
  return (item) => {
    const address = Object.values(item.addresses).find((each) => each !== '');
    if (item.state !== 'running' || address === undefined) return null;
    const metrics = read(item).get(item.service);
    return metrics === undefined ? null : { address, port: metrics.port, path: metrics.path ?? '/metrics' };
  };
}
