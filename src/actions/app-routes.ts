import type { App } from '../core/app/app.ts';
import type { Store } from '../core/port/store.ts';
import { publicRoutes, type PublicRoute } from '../core/route/desire-routes.ts';

/** Routes of the app's current release; empty before the first one. */
export function routesOfRelease(store: Pick<Store, 'releases'>, app: App): PublicRoute[] {
  const release = app.releaseNumber === null ? null : store.releases.find(app.id, app.releaseNumber);
  return release === null ? [] : publicRoutes(app.uniqueName, release.project);
}
