import type { App } from '../core/app/app.ts';
import type { Decision } from '../core/decision/decision.ts';

/** A change of replicas that no policy was asked about: a row of the ledger like any other, its effect still to come. */
export function replicasDecision(change: {
  id: string;
  at: number;
  app: App;
  service: string;
  trigger: 'person' | 'loop' | 'request';
  from: number;
  to: number;
  reason: string;
  bounds: { min: number; max: number };
}): Decision {
  const { id, at, app, service, trigger, from, to, reason, bounds } = change;
  return {
    id,
    at,
    appId: app.id,
    app: app.uniqueName,
    service,
    family: 'scaling',
    trigger,
    verdict: to > from ? 'scale-out' : 'scale-in',
    from,
    to,
    reason,
    policyRevision: null,
    bounds: { min: bounds.min, max: bounds.max },
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
