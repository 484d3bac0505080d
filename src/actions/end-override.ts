import type { App } from '../core/app/app.ts';
import type { Decision } from '../core/decision/decision.ts';
import type { ScalingControl } from '../core/scaling/steering.ts';
import type { ActionDeps } from './action-deps.ts';
import { isDriven, readSteering } from './read-steering.ts';

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
    const { min, max } = readSteering(store, place);
    store.targets.set({ appId: app.id, service, replicas: override.previous, at });
    store.decisions.record(
      toDecision({ deps, app, service, at, from: current, to: override.previous, reason, by, min, max }),
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

function toDecision(of: {
  deps: Pick<ActionDeps, 'newId'>;
  app: App;
  service: string;
  at: number;
  from: number;
  to: number;
  reason: string;
  by: string | null;
  min: number;
  max: number;
}): Decision {
  const { app, service, at, from, to, reason, min, max } = of;
  return {
    id: of.deps.newId('d'),
    at,
    appId: app.id,
    app: app.uniqueName,
    service,
    family: 'scaling',
    trigger: of.by === null ? 'loop' : 'person',
    verdict: to > from ? 'scale-out' : 'scale-in',
    from,
    to,
    reason,
    policyRevision: null,
    bounds: { min, max },
    clamps: [],
    steering: null,
    alert: null,
    question: null,
    answer: null,
    effect: { status: 'pending', instances: [], tookMs: null, error: null },
    repeats: 0,
    lastAt: at,
  };
}
