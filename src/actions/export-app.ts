import type { Bundle } from '../core/bundle/bundle.ts';
import { renderBundle } from '../core/bundle/render-bundle.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { settingsOf } from './carry-settings.ts';
import { currentRelease } from './export-compose.ts';
import { findApp } from './find-app.ts';

/** The app as files that serve it with Docker Compose alone (see core/bundle/render-bundle.ts). */
export function exportApp(
  deps: Pick<ActionDeps, 'store' | 'portableRouter'>,
  actor: Actor,
  input: { app: string },
): Bundle {
  const app = findApp(deps, actor, input.app);
  const { project, images } = currentRelease(deps, app);
  const targets = deps.store.targets.list(app.id);
  return renderBundle({
    project,
    name: app.name,
    replicas: Object.fromEntries(targets.map(({ service, replicas }) => [service, replicas])),
    images: Object.fromEntries(Object.entries(images).map(([service, { ref }]) => [service, ref])),
    settings: settingsOf(deps.store, app.id, Object.keys(project.services)),
    router: deps.portableRouter,
  });
}
