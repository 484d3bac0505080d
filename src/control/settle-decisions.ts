import type { App } from '../core/app/app.ts';
import type { Decision, DecisionEffect } from '../core/decision/decision.ts';
import { serviceMemory, type AppMemory } from './app-memory.ts';
import { tell, type ControlState } from './control-state.ts';

/** Closes decisions of this app whose effect is complete: the wanted number is ready, or a newer decision wants another. */
export function settleDecisions(state: ControlState, app: App, memory: AppMemory): void {
  const { store, clock } = state.deps;
  const pending = store.decisions.pendingEffects().filter((decision) => decision.appId === app.id);
  for (const decision of pending) {
    const status = memory.plan?.services.find((service) => service.service === decision.service);
    if (status === undefined) {
      store.decisions.setEffect(decision.id, { ...decision.effect, status: 'superseded' });
      continue;
    }
    const isNewerPending = pending.some(
      (other) =>
        other.service === decision.service &&
        other.family === decision.family &&
        (other.at > decision.at || (other.at === decision.at && other.id > decision.id)),
    );
    if (decision.family === 'scaling' && (status.desired !== decision.to || isNewerPending))
      store.decisions.setEffect(decision.id, { ...effectOf(memory, decision), status: 'superseded' });
    else if (status.isSettled && hasHappened(memory, decision)) {
      const effect = {
        ...effectOf(memory, decision),
        status: 'done' as const,
        tookMs: clock.now() - decision.at,
      };
      store.decisions.setEffect(decision.id, effect);
      if (decision.family === 'healing')
        tell(state, app, 'heal.done', `${decision.service} is whole again`, {
          decision: decision.id,
          tookMs: effect.tookMs,
          instances: effect.instances,
        });
    }
  }
}

/** A healing has happened when its replacement was made; after a restart of Crane the settled state is proof enough. */
function hasHappened(memory: AppMemory, decision: Decision): boolean {
  if (decision.family === 'scaling') return true;
  const { question } = decision;
  if (question === null || !('instance' in question)) return true;
  return !memory.observed.some(
    (item) =>
      `${item.service}-${item.release}-${item.slot}` === question.instance && item.state !== 'running',
  );
}

function effectOf(memory: AppMemory, decision: Decision): DecisionEffect {
  const changes = serviceMemory(memory, decision.service).changes.filter(
    (change) => change.at >= decision.at,
  );
  return { ...decision.effect, instances: changes.map(({ at: _at, ...change }) => change) };
}
