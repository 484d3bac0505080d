import type { App } from '../core/app/app.ts';
import type { Store } from '../core/port/store.ts';
import { publicRoutes, type PublicRoute } from '../core/route/desire-routes.ts';

/** Routes of the app's current release; empty before the first one. */
export function routesOfRelease(store: Pick<Store, 'releases'>, app: App): PublicRoute[] {
  const release = app.releaseNumber === null ? null : store.releases.find(app.id, app.releaseNumber);
  return release === null ? [] : publicRoutes(app.uniqueName, release.project);
}

/** The address a person opens: the first route's first host on the router's port. */
export function appUrl(routes: readonly PublicRoute[], routerPort: number): string | null {
  const [host] = routes[0]?.hosts ?? [];
  return host === undefined
    ? null
    : `http://${host}${routerPort === 80 ? '' : `:${routerPort}`}${routes[0]?.path === '/' ? '' : routes[0]?.path}`;
}
