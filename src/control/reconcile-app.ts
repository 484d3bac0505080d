import { scheduledServices } from '../actions/read-steering.ts';
import type { App } from '../core/app/app.ts';
import type { InstanceFacts } from '../core/plan/instance-facts.ts';
import { failureOf } from '../core/plan/instance-failure.ts';
import { planApp, type AppPlan } from '../core/plan/plan-app.ts';
import type { Step } from '../core/plan/step.ts';
import type { ObservedInstance } from '../core/service/instance.ts';
import { instanceMemory, type AppMemory } from './app-memory.ts';
import { clearGround } from './ground/clear-ground.ts';
import { memoryOf, type ControlState } from './control-state.ts';
import { desireApp } from './desire-app.ts';
import { decideHealing } from './healing/heal-instance.ts';
import { layGround } from './ground/lay-ground.ts';
import { adoptPublished, noteChanges } from './note-changes.ts';
import { noteDrift, noteFailures } from './healing/note-failures.ts';
import { publishRoutes } from './publish-routes.ts';
import type { KnownService } from './release-cache.ts';
import { runStep } from './run-step.ts';
import { scheduleLook } from './scaling/schedule-look.ts';
import { settleDecisions } from './scaling/settle-decisions.ts';
import { watchReadiness } from './instances/watch-readiness.ts';

/**
 * One look at one app: observe → plan → publish routes → lay ground → start effects. Level-triggered: it knows nothing
 * of why it was called. It never waits for a slow effect; effects run beside it and mark the app dirty when they end.
 */
export async function reconcileApp(state: ControlState, appId: number): Promise<void> {
  const { apps } = state.deps.store;
  const known = apps.find({ kind: 'all' }, appId);
  if (known === null) return forget(state, appId);
  const memory = memoryOf(state, known);
  await spaceLooks(state, memory);
  const { look, observed, ended } = await observe(state, memory, known.engineName);
  // Read again: what was asked of the app while the engine answered counts already.
  const app = apps.find({ kind: 'all' }, appId);
  if (app === null) return forget(state, appId);
  adoptPublished(memory, observed, state.deps.clock.monotonic());
  noteChanges(state, app, memory, observed);
  for (const undo of ended) undo();
  const { facts, plan } = compare(state, app, memory, observed);
  await carryOut(state, app, memory, plan);
  noteDrift(state, app, memory, facts);
  noteFailures(state, app, memory, facts);
  for (const { facts: item, failure } of plan.needsHealing) decideHealing(state, app, memory, item, failure);
  settleDecisions(state, app, memory);
  memory.lookTrouble = null;
  memory.seenLook = look;
  memory.seenAt = state.deps.clock.now();
  memory.seenTick = state.deps.clock.monotonic();
  scheduleLook(state, app.id, memory);
  state.changed.dispatchEvent(new Event(String(appId)));
}

/** Routes before anything goes, the ground before anything stands on it. */
async function carryOut(state: ControlState, app: App, memory: AppMemory, plan: AppPlan): Promise<void> {
  const added =
    plan.ground.length === 0 && memory.groundTrouble === null ? plan.steps.filter(isAddition) : [];
  for (const step of added) runStep(state, app, memory, step);
  await publishRoutes(state, app, memory, plan);
  const isGrounded = await layGround(state, app, memory, plan.ground);
  for (const step of plan.steps)
    if (
      !added.includes(step) &&
      (isGrounded || step.kind === 'retireInstance' || step.kind === 'removeInstance')
    )
      runStep(state, app, memory, step);
  await clearGround(state, app, memory, plan.idleNetworks);
}

/** Takes nothing from anybody, so the routes need not be written first. */
function isAddition(step: Step): boolean {
  return step.kind === 'createInstance' && step.replaces === null;
}

/** So many looks of an app within a second are taken at once; in a flood of events the others are spaced. */
const looksPerSecond = 30;
const spacingMs = 50;

async function spaceLooks({ deps, signal }: ControlState, { burst }: AppMemory): Promise<void> {
  const tick = deps.clock.monotonic();
  if (tick - burst.since >= 1_000) Object.assign(burst, { since: tick, looks: 0 });
  burst.looks += 1;
  if (burst.looks > looksPerSecond) await deps.clock.wait(spacingMs, signal);
}

/** The app's instances, and what is to be undone of effects that had ended before the engine was asked. */
async function observe(
  state: ControlState,
  memory: AppMemory,
  engineName: string,
): Promise<{ look: number; observed: readonly ObservedInstance[]; ended: (() => void)[] }> {
  const look = (memory.looks += 1);
  const ended = memory.afterLook;
  memory.afterLook = [];
  try {
    return { look, ended, observed: await state.deps.runtime.observeInstances(engineName, state.signal) };
  } catch (error) {
    memory.afterLook.unshift(...ended);
    throw error;
  }
}

function compare(
  state: ControlState,
  app: App,
  memory: AppMemory,
  observed: readonly ObservedInstance[],
): { facts: InstanceFacts[]; plan: AppPlan } {
  watchReadiness(state, app, memory, observed);
  const facts = observed.map((item) => factsOf(memory, item));
  const plan = planApp(
    desireApp(state, app, memory, facts),
    {
      instances: facts,
      pendingSlots: Object.fromEntries(memory.pendingSlots),
      networks: memory.networks,
      routerNetworks: memory.routerNetworks,
      volumes: memory.volumes,
    },
    state.deps.clock.monotonic(),
  );
  memory.plan = plan;
  memory.autoscaled = autoscaledOf(state, app);
  return { facts, plan };
}

/** Nothing is scaled by itself before it was stable once. */
function autoscaledOf(state: ControlState, app: App): string[] {
  if (app.intent !== 'running' || app.stableReleaseNumber === null) return [];
  const services = state.releases.find(app, app.releaseNumber)?.known ?? new Map<string, KnownService>();
  const scheduled = scheduledServices(state.deps.store, app);
  return [...services]
    .filter(([name, service]) => service.isAutoscaled || scheduled.has(name))
    .map(([name]) => name);
}

function factsOf(memory: AppMemory, item: ObservedInstance): InstanceFacts {
  const known = instanceMemory(memory, item.id);
  const isRunning = item.state === 'running';
  const facts: InstanceFacts = {
    ...item,
    isReady: isRunning && known.isReady && !known.isPreparing,
    readySince: isRunning && known.isReady && !known.isPreparing ? known.readySince : null,
    ...(known.isPreparing ? { isPreparing: true } : {}),
    busy: known.busy,
    complaint: isRunning ? (item.health === 'unhealthy' ? 'unhealthy' : known.complaint) : null,
    isStoppedOutside: known.isStoppedOutside,
    healing: null,
    notBefore: known.trouble?.until ?? null,
  };
  if (failureOf(facts) === null) {
    // It is well again, by itself: the next failure is a new one.
    known.healing = null;
    known.telling = null;
    return facts;
  }
  return { ...facts, healing: known.healing === null ? null : (known.healing.decided ?? 'asked') };
}

/** The app is gone: nothing of it is watched any more. */
function forget(state: ControlState, appId: number): void {
  const memory = state.memories.get(appId);
  if (memory === undefined) return;
  memory.wakeTimer?.abort();
  for (const item of memory.instances.values()) item.stopProbing?.abort();
  state.memories.delete(appId);
  state.releases.forget(appId);
  state.changed.dispatchEvent(new Event(String(appId)));
}
