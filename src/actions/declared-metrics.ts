import type { ObservedInstance } from '../core/service/instance.ts';
import type { ActionDeps } from './action-deps.ts';

/** Where an instance shows metrics, by the release it was made of and the address it was observed at. */
export type DeclaredMetrics = { address: string; port: number; path: string };

/** Null when it declares none, does not run, or has no address of its own. */
export function findDeclaredMetrics(
  { store }: Pick<ActionDeps, 'store'>,
  item: ObservedInstance,
): DeclaredMetrics | null {
  const address = Object.values(item.addresses).find((each) => each !== '');
  if (item.state !== 'running' || address === undefined) return null;
  const app = store.apps.find({ kind: 'all' }, item.app);
  const release = app === null ? null : store.releases.find(app.id, item.release);
  const metrics = release?.project.services[item.service]?.['x-crane']?.metrics;
  return metrics === undefined ? null : { address, port: metrics.port, path: metrics.path ?? '/metrics' };
}
