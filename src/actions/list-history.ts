import { CraneError } from '../core/error/crane-error.ts';
import type { LoadReport, LoadSpec } from '../core/load/load.ts';
import type { Operation } from '../core/operation/operation.ts';
import type { StoredAlert } from '../core/port/store.ts';
import type { Page, Paged } from '../core/port/page.ts';
import { scopeOf, type ActionDeps, type Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';

/** The newest operations of the app, newest first. */
export function listOperations(
  deps: Pick<ActionDeps, 'store'>,
  actor: Actor,
  input: { app: string; limit: number },
): Operation[] {
  return deps.store.operations.listForApp(findApp(deps, actor, input.app).id, input.limit);
}

/** A load of the app; `report` is null while it runs. */
export function describeLoad(
  deps: Pick<ActionDeps, 'store'>,
  actor: Actor,
  input: { app: string; id: string },
): { id: string; spec: LoadSpec; report: LoadReport | null } {
  const app = findApp(deps, actor, input.app);
  const load = deps.store.loads.find(app.id, input.id);
  if (load === null)
    throw new CraneError('load.not_found', {
      message: `${app.uniqueName} has no load ${JSON.stringify(input.id.slice(0, 80))}.`,
      fix: 'Start one with: crane load APP',
    });
  return load;
}

// A user whose alerts are rare among others' gets a short page and a cursor rather than a long read.
const mostPagesRead = 20;

/** Alerts as received, newest first: an admin's all of them, a user's those of own apps. */
export function listAlerts(deps: Pick<ActionDeps, 'store'>, actor: Actor, page: Page): Paged<StoredAlert> {
  const scope = scopeOf(actor);
  if (scope.kind === 'all') return deps.store.alerts.list(page);
  const own = new Set(deps.store.apps.list(scope).map((app) => app.uniqueName));
  const items: StoredAlert[] = [];
  let { cursor } = page;
  for (let read = 0; read < mostPagesRead; read += 1) {
    // Only as many as are still wanted, so that the cursor never skips one that was read.
    const next = deps.store.alerts.list({ limit: page.limit - items.length, cursor });
    items.push(...next.items.filter(({ alert }) => own.has(alert.labels['app'] ?? '')));
    cursor = next.nextCursor;
    if (cursor === null || items.length >= page.limit) break;
  }
  return { items, nextCursor: cursor };
}
