import type { App } from '../core/app/app.ts';
import type { ActionDeps, Actor } from './action-deps.ts';

type Change = {
  service: string;
  from: number;
  to: number;
  bounds: { min: number; max: number };
  at: number;
  /** What else they said; follows the number. */
  note: string;
};

/** A person's change of replicas is a row of the ledger like any other. */
export function recordPersonDecision(deps: ActionDeps, actor: Actor, app: App, change: Change): void {
  deps.store.decisions.record({
    id: deps.newId('d'),
    at: change.at,
    appId: app.id,
    app: app.uniqueName,
    service: change.service,
    family: 'scaling',
    trigger: 'person',
    verdict: change.to > change.from ? 'scale-out' : 'scale-in',
    from: change.from,
    to: change.to,
    reason: `${actor.user.name} asked for ${change.to}${change.note}`,
    policyRevision: null,
    bounds: { min: change.bounds.min, max: change.bounds.max },
    clamps: [],
    steering: null,
    alert: null,
    question: null,
    answer: null,
    effect: { status: 'pending', instances: [], tookMs: null, error: null },
    repeats: 0,
    lastAt: change.at,
  });
}
