import type { App } from '../core/app/app.ts';
import type { ScalingControl } from '../core/scaling/steering.ts';
import type { ActionDeps } from './action-deps.ts';
import { isDriven, readSteering } from './read-steering.ts';
import { replicasDecision } from './replicas-decision.ts';

/**
 * Ends the override of a service; by its time, or by the person named. Where the autoscaler drives the service it goes on
 * from the present size; elsewhere what was wanted before the override is wanted again. For use within a transaction.
 */
export function endOverride(
  deps: Pick<ActionDeps, 'store' | 'clock' | 'newId'>,
  app: App,
  control: ScalingControl,
  by: string | null,
): void {
  const { override, service } = control;
  if (override === null) return;
  const { store, clock } = deps;
  const at = clock.now();
  store.controls.setOverride({ appId: app.id, service, override: null });
  const release = app.releaseNumber === null ? null : store.releases.find(app.id, app.releaseNumber);
  const spec = release?.project.services[service];
  const current = store.targets.get(app.id, service)?.replicas;
  if (spec === undefined || current === undefined) return;
  const reason =
    by === null ? `the override of ${override.by} is over` : `${by} ended the override of ${override.by}`;
  const place = { appId: app.id, service, spec, now: at };
  const isLeft = isDriven(store, place) || current === override.previous;
  if (!isLeft) {
    const bounds = readSteering(store, place);
    store.targets.set({ appId: app.id, service, replicas: override.previous, at });
    store.decisions.record(
      replicasDecision({
        id: deps.newId('d'),
        at,
        app,
        service,
        trigger: by === null ? 'loop' : 'person',
        from: current,
        to: override.previous,
        reason,
        bounds,
      }),
    );
  }
  store.feed.append({
    at,
    kind: 'app.scaled',
    appId: app.id,
    app: app.uniqueName,
    text: `${service}: ${reason}${isLeft ? '' : `; back from ${current} to ${override.previous}`}`,
    data: { service, from: current, to: isLeft ? current : override.previous },
  });
}
