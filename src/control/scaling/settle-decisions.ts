import type { App } from '../../core/app/app.ts';
import type { Decision, DecisionEffect } from '../../core/decision/decision.ts';
import type { ServiceStatus } from '../../core/plan/plan-service.ts';
import { instanceLabel, type ObservedInstance } from '../../core/service/instance.ts';
import { serviceMemory, type AppMemory, type InstanceChange } from '../app-memory.ts';
import { tell, type ControlState } from '../control-state.ts';
import { instanceOf } from '../healing/healing-history.ts';

/** Closes decisions of this app whose effect is complete, failed, or overtaken by a newer decision. */
export function settleDecisions(state: ControlState, app: App, memory: AppMemory): void {
  if (!memory.mayHavePending) return;
  const { store, clock } = state.deps;
  const pending = store.decisions.pendingEffects().filter((decision) => decision.appId === app.id);
  memory.mayHavePending = pending.length > 0;
  for (const decision of pending) {
    const status = statusOf(state, app, memory, decision, pending);
    if (status === null) continue;
    const tookMs = status.status === 'done' ? clock.now() - decision.at : null;
    const effect = { ...effectOf(memory, decision), ...status, tookMs };
    store.decisions.setEffect(decision.id, effect);
    if (decision.family === 'healing' && effect.status === 'done')
      tell(state, app, 'heal.done', `${decision.service} is whole again`, {
        decision: decision.id,
        service: decision.service,
        tookMs: effect.tookMs,
        instances: effect.instances,
      });
  }
}

/** Null: still under way. */
function statusOf(
  state: ControlState,
  app: App,
  memory: AppMemory,
  decision: Decision,
  pending: readonly Decision[],
): Pick<DecisionEffect, 'status' | 'error'> | null {
  const { error } = decision.effect;
  const service = memory.plan?.services.find((item) => item.service === decision.service);
  const isOvertaken = pending.some((other) => isNewer(other, decision) && isAboutSame(other, decision));
  if (service === undefined || isOvertaken || app.intent !== 'running')
    return { status: 'superseded', error };
  if (decision.family === 'scaling' && service.desired !== decision.to)
    return { status: 'superseded', error };
  if (decision.family === 'healing' ? isHealed(memory, decision, service) : service.isSettled)
    return { status: 'done', error };
  if (decision.family === 'healing') return null;
  const isLate = state.deps.clock.now() - decision.at > state.deps.settings.deployTimeoutMs;
  return isLate ? { status: 'failed', error: service.reason } : null;
}

function isNewer(other: Decision, decision: Decision): boolean {
  return other.at > decision.at || (other.at === decision.at && other.id > decision.id);
}

function isAboutSame(a: Decision, b: Decision): boolean {
  return a.service === b.service && a.family === b.family && instanceOf(a) === instanceOf(b);
}

/** Its replacement, or the instance itself, is there again and the service is whole. */
function isHealed(memory: AppMemory, decision: Decision, service: ServiceStatus): boolean {
  const isThere = (item: ObservedInstance): boolean => instanceLabel(item) === instanceOf(decision);
  return service.isSettled && !memory.observed.some((item) => isThere(item) && item.state !== 'running');
}

/** The instances that were made or removed for it, with the time each was ready or gone. */
function effectOf(memory: AppMemory, decision: Decision): DecisionEffect {
  const changes = serviceMemory(memory, decision.service).changes.filter(
    (change) => change.at >= decision.at && isFor(decision, change),
  );
  const instances = changes.map(({ instance, change, readyAt }) => ({ instance, change, readyAt }));
  // What was made before a restart of Crane is known from the engine alone.
  const made = memory.observed.filter(
    (item) =>
      item.service === decision.service &&
      item.createdAt >= decision.at &&
      (decision.verdict === 'scale-out' || instanceLabel(item) === instanceOf(decision)) &&
      !instances.some((known) => known.instance === instanceLabel(item)),
  );
  for (const item of made)
    instances.push({
      instance: instanceLabel(item),
      change: decision.family === 'healing' ? 'replaced' : 'created',
      readyAt: memory.instances.get(item.id)?.readyAt ?? null,
    });
  return { ...decision.effect, instances };
}

function isFor(decision: Decision, { why, decision: by }: InstanceChange): boolean {
  if (decision.family === 'healing') return by === decision.id;
  const reasons = decision.verdict === 'scale-in' ? ['scale-in'] : ['scale-out', 'missing'];
  return why !== undefined && reasons.includes(why);
}
