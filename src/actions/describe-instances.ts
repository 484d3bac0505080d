import type { InstanceView } from '../core/port/observed.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';

/** The app's instances as last seen, by service and slot. */
export function describeInstances(deps: ActionDeps, actor: Actor, input: { app: string }): InstanceView[] {
  const app = findApp(deps, actor, input.app);
  return [...deps.observed.app(app.id).instances].sort((a, b) =>
    a.service === b.service ? a.release - b.release || a.slot - b.slot : a.service < b.service ? -1 : 1,
  );
}
