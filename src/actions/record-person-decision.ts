import type { App } from '../core/app/app.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { replicasDecision } from './replicas-decision.ts';

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
  const { service, at, from, to, bounds, note } = change;
  deps.store.decisions.record(
    replicasDecision({
      id: deps.newId('d'),
      at,
      app,
      service,
      trigger: 'person',
      from,
      to,
      reason: `${actor.user.name} asked for ${to}${note}`,
      bounds,
    }),
  );
}
