import type { ControlState } from './control-state.ts';
import { publicRoutes } from '../core/route/desire-routes.ts';
import { routeUrl } from '../core/route/route-url.ts';

/** The address of the app's first route; null without routes. */
export function appUrlOf(state: ControlState, appId: number): string | null {
  const { store, settings } = state.deps;
  const app = store.apps.find({ kind: 'all' }, appId);
  const release = app === null ? null : state.releases.find(app, app.releaseNumber);
  if (app === null || release === null) return null;
  return routeUrl(publicRoutes(app.uniqueName, release.project)[0], settings);
}
