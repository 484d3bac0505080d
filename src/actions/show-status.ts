import type { PartStatus } from '../core/port/parts.ts';
import type { ActionDeps } from './action-deps.ts';

export type StatusView = { parts: PartStatus[]; apps: number; instances: number };

/** The parts as last looked at, and how much runs. */
export async function showStatus(deps: ActionDeps): Promise<StatusView> {
  const apps = deps.store.apps.list({ kind: 'all' });
  const instances = apps.reduce((sum, app) => sum + deps.observed.app(app.id).instances.length, 0);
  return { parts: await deps.parts.observe(), apps: apps.length, instances };
}
