import type { App } from '../core/app/app.ts';
import { planApp, type AppPlan } from '../core/plan/plan-app.ts';
import type { InstanceFacts } from '../core/plan/plan-service.ts';
import { instanceLabel, type ObservedInstance } from '../core/service/instance.ts';
import { instanceMemory, type AppMemory } from './app-memory.ts';
import { memoryOf, tell, type ControlState } from './control-state.ts';
import { desireApp } from './desire-app.ts';
import { decideHealing } from './heal-instance.ts';
import { layGround } from './lay-ground.ts';
import { settleDecisions } from './settle-decisions.ts';
import { watchReadiness } from './watch-readiness.ts';
import { runStep } from './run-step.ts';

/**
 * One look at one app: observe → plan → publish routes → lay ground → start effects. Level-triggered: it knows nothing
 * of why it was called. It never waits for a slow effect; effects run beside it and mark the app dirty when they end.
 */
export async function reconcileApp(state: ControlState, appId: number): Promise<void> {
  const { store, runtime, clock } = state.deps;
  const app = store.apps.find({ kind: 'all' }, appId);
  if (app === null) {
    forget(state, appId);
    return;
  }
  const memory = memoryOf(state, appId);
  const observed = await runtime.observeInstances(app.uniqueName, state.signal);
  noteChanges(state, app, memory, observed);
  watchReadiness(state, app, memory, observed);
  const facts = observed.map((item) => factsOf(memory, item));
  const desire = desireApp(state, app, memory, facts);
  const plan = planApp(
    desire,
    {
      instances: facts,
      pendingSlots: Object.fromEntries(memory.pendingSlots),
      networks: memory.networks,
      routerNetworks: memory.routerNetworks,
      volumes: memory.volumes,
    },
    clock.now(),
  );
  memory.plan = plan;
  memory.seenAt = clock.now();
  await publish(state, app, memory, plan);
  await layGround(state, app, memory, plan);
  for (const step of plan.steps) runStep(state, app, memory, step);
  for (const { facts: item, failure } of plan.needsHealing) decideHealing(state, app, memory, item, failure);
  settleDecisions(state, app, memory);
  scheduleWake(state, app, memory, plan);
  state.changed.dispatchEvent(new Event(String(appId)));
}

function factsOf(memory: AppMemory, item: ObservedInstance): InstanceFacts {
  const known = instanceMemory(memory, item.id);
  const isRunning = item.state === 'running';
  return {
    ...item,
    isReady: isRunning && known.isReady,
    busy: known.busy,
    complaint: isRunning ? (item.health === 'unhealthy' ? 'unhealthy' : known.complaint) : null,
    healAt: known.healAt,
  };
}

/** Routes first: a change of routes is written before any instance goes. */
async function publish(state: ControlState, app: App, memory: AppMemory, plan: AppPlan): Promise<void> {
  if (plan.isWithdrawn) {
    await state.deps.proxy.withdraw(app.uniqueName);
    memory.routed = new Set();
    return;
  }
  if (app.releaseNumber === null && plan.routes.routes.length === 0 && memory.routed.size === 0) return;
  const routed = new Set(
    plan.routes.routes.flatMap((route) => route.backends.map((backend) => backend.instance)),
  );
  const isChanged = await state.deps.proxy.publish(plan.routes);
  if (isChanged) {
    for (const instance of routed)
      if (!memory.routed.has(instance))
        tell(state, app, 'route.published', `${instance} is routed`, { instance });
    for (const instance of memory.routed)
      if (!routed.has(instance))
        tell(state, app, 'instance.unrouted', `${instance} is no longer routed`, { instance });
  }
  memory.routed = routed;
}

/** Instances that vanished without our doing were taken by somebody else. */
function noteChanges(
  state: ControlState,
  app: App,
  memory: AppMemory,
  observed: readonly ObservedInstance[],
): void {
  const ids = new Set(observed.map((item) => item.id));
  for (const [id, label] of memory.known) {
    if (ids.has(id)) continue;
    const known = memory.instances.get(id);
    known?.stopProbing?.abort();
    memory.instances.delete(id);
    if (known?.busy !== 'retiring' && app.intent !== 'deleted')
      tell(state, app, 'instance.external', `${label} was removed from outside`, { instance: label });
  }
  for (const item of observed) {
    const before = memory.observed.find((each) => each.id === item.id);
    const isNews =
      before !== undefined &&
      before.state === 'running' &&
      (item.state === 'exited' || item.state === 'dead');
    if (!isNews || memory.instances.get(item.id)?.busy === 'retiring') continue;
    const why = item.isOomKilled
      ? 'was killed for exceeding its memory limit'
      : `exited with code ${item.exitCode ?? 'unknown'}`;
    tell(state, app, 'instance.failed', `${instanceLabel(item)} ${why}`, {
      instance: instanceLabel(item),
      exitCode: item.exitCode,
      isOomKilled: item.isOomKilled,
    });
  }
  memory.known = new Map(observed.map((item) => [item.id, instanceLabel(item)]));
  memory.observed = observed;
}

/** Longer waits are left to the regular full look; the time of an undecided healing is "not yet". */
const longestWaitMs = 3_600_000;

/** A back-off or a retry ends by itself: look again then. */
function scheduleWake(state: ControlState, app: App, memory: AppMemory, plan: AppPlan): void {
  memory.wakeTimer?.abort();
  memory.wakeTimer = null;
  const { clock } = state.deps;
  const retries = [...memory.services.values()].flatMap((service) =>
    service.failure === null ? [] : [service.failure.until - clock.monotonic()],
  );
  const waits = [...retries, ...(plan.wakeAt === null ? [] : [plan.wakeAt - clock.now()])].filter(
    (ms) => ms > 0 && ms < longestWaitMs,
  );
  if (waits.length === 0) return;
  const timer = new AbortController();
  memory.wakeTimer = timer;
  const stop = AbortSignal.any([timer.signal, state.signal]);
  void clock.wait(Math.min(...waits) + 1, stop).then(() => {
    if (!stop.aborted) state.nudge(app.id);
  });
}

function forget(state: ControlState, appId: number): void {
  const memory = state.memories.get(appId);
  if (memory === undefined) return;
  memory.wakeTimer?.abort();
  for (const item of memory.instances.values()) item.stopProbing?.abort();
  state.memories.delete(appId);
  state.changed.dispatchEvent(new Event(String(appId)));
}
