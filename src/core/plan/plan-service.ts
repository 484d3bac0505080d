import type { InstanceSpec } from '../service/engine-create.ts';
import { instanceLabel, type ObservedInstance } from '../service/instance.ts';
import type { HealingQuestion } from '../decision/decision.ts';
import { failureOf, isCompleted } from './instance-failure.ts';
import type { CreateReason, RetireReason, Step } from './step.ts';

/** What is wanted of one service at this moment. */
export type ServiceDesire = {
  service: string;
  replicas: number;
  release: number;
  /** Instances of releases before this one are outdated even when their spec is the same (a restart). */
  minRelease: number;
  specHash: string;
  makeSpec: (slot: number) => InstanceSpec;
  order: 'start-first' | 'stop-first';
  /** How many instances may be on their way at once; 0 = all. */
  parallelism: number;
  graceMs: number | null;
  /** An exit with code 0 is its end, not a failure (one-shot services). */
  canComplete: boolean;
  /** Whether a failed instance is replaced at all (`restart: "no"` says no). */
  isHealed: boolean;
  /** Names of what it waits for before the first instance may start; empty = may start. */
  waitsFor: readonly string[];
  /** Why instances go when none is wanted. */
  retireReason: RetireReason;
};

/** An observed instance with what the control loop knows of it. */
export type InstanceFacts = ObservedInstance & {
  isReady: boolean;
  /** An effect of ours is under way on it. */
  busy: 'starting' | 'retiring' | null;
  /** Its probe or health check failed long enough; null = no complaint. */
  complaint: 'unhealthy' | 'unresponsive' | null;
  /** Set once healing was decided: not before this time (milliseconds since the epoch). */
  healAt: number | null;
};

export type ServiceStatus = {
  service: string;
  desired: number;
  ready: number;
  /** Everything is as wanted, nothing is on its way. */
  isSettled: boolean;
  isCompleted: boolean;
  reason: string | null;
};

export type ServicePlan = {
  steps: Step[];
  needsHealing: { facts: InstanceFacts; failure: HealingQuestion['failure'] }[];
  /** Ids of instances that may be routed. */
  routable: Set<string>;
  status: ServiceStatus;
  /** The earliest time at which the plan changes by itself (a back-off ends). */
  wakeAt: number | null;
};

type Work = { plan: ServicePlan; desire: ServiceDesire; now: number };

/** Compares what is wanted of one service with what runs; pure and idempotent: the same facts give the same steps. */
export function planService(
  desire: ServiceDesire,
  instances: readonly InstanceFacts[],
  pendingSlots: ReadonlySet<number>,
  now: number,
): ServicePlan {
  const plan: ServicePlan = {
    steps: [],
    needsHealing: [],
    routable: new Set(),
    status: {
      service: desire.service,
      desired: desire.replicas,
      ready: 0,
      isSettled: false,
      isCompleted: false,
      reason: null,
    },
    wakeAt: null,
  };
  const work: Work = { plan, desire, now };
  const current = instances.filter((item) => isCurrent(desire, item) && item.busy !== 'retiring');
  const outdated = instances.filter((item) => !isCurrent(desire, item) && item.busy !== 'retiring');

  const kept: InstanceFacts[] = [];
  const keptSlots = new Set<number>();
  for (const item of [...current].sort(preferred)) {
    if (keptSlots.has(item.slot)) retire(work, item, 'duplicate');
    else if (kept.length >= desire.replicas)
      retire(work, item, desire.replicas === 0 ? desire.retireReason : 'scale-in');
    else {
      kept.push(item);
      keptSlots.add(item.slot);
    }
  }
  const ready = kept.filter((item) => item.isReady && item.complaint === null);
  const onTheirWay = [...pendingSlots].filter((slot) => !keptSlots.has(slot)).length;
  for (const item of kept) planExisting(work, item);
  planMissing(work, {
    kept,
    outdated,
    leaving: instances.length - current.length - outdated.length,
    onTheirWay,
    taken: takenSlots(desire, instances, pendingSlots),
  });
  planOutdated(work, outdated, ready.length, kept.length);
  const retiring = instances.length - current.length - outdated.length;
  describe(work, { kept, ready: ready.length, outdated, onTheirWay, retiring });
  for (const item of [...ready, ...outdated.filter((each) => each.isReady && each.complaint === null)]) {
    if (!isLeaving(plan, item)) plan.routable.add(item.id);
  }
  return plan;
}

/**
 * Slots that a new instance cannot have: its name is in use (by one that is leaving too: another slot instead of
 * waiting), or an instance of an older release with the same spec fills it.
 */
function takenSlots(
  desire: ServiceDesire,
  instances: readonly InstanceFacts[],
  pendingSlots: ReadonlySet<number>,
): Set<number> {
  const taken = new Set(pendingSlots);
  for (const item of instances) {
    const isFilled = isCurrent(desire, item) && item.busy !== 'retiring';
    if (item.release === desire.release || isFilled) taken.add(item.slot);
  }
  return taken;
}

/** Makes what is missing, as many at once as the order and the parallelism allow. */
function planMissing(
  { plan, desire }: Work,
  seen: {
    kept: readonly InstanceFacts[];
    outdated: readonly InstanceFacts[];
    leaving: number;
    onTheirWay: number;
    taken: Set<number>;
  },
): void {
  let wanted = desire.replicas - seen.kept.length - seen.onTheirWay;
  if (desire.waitsFor.length > 0) return;
  if (seen.outdated.length > 0 && desire.parallelism > 0) {
    const starting = seen.kept.filter((item) => !item.isReady).length + seen.onTheirWay;
    wanted = Math.min(wanted, desire.parallelism - starting);
  }
  if (desire.order === 'stop-first') {
    const alive = seen.kept.length + seen.onTheirWay + seen.leaving + seen.outdated.filter(isAlive).length;
    wanted = Math.min(wanted, desire.replicas - alive);
  }
  const why: CreateReason =
    seen.outdated.length > 0 ? 'new-release' : seen.kept.length > 0 ? 'scale-out' : 'missing';
  for (let slot = 1; wanted > 0; slot += 1) {
    if (seen.taken.has(slot)) continue;
    plan.steps.push(create(desire, slot, null, why));
    wanted -= 1;
  }
}

function planExisting(work: Work, item: InstanceFacts): void {
  const { plan, desire } = work;
  if (item.busy !== null) return;
  if (item.state === 'created') {
    if (desire.waitsFor.length === 0)
      plan.steps.push({
        kind: 'startInstance',
        service: desire.service,
        instance: instanceLabel(item),
        id: item.id,
      });
    return;
  }
  const failure = failureOf(item);
  if (failure === null || isCompleted(desire, item) || !desire.isHealed) return;
  if (item.healAt === null) plan.needsHealing.push({ facts: item, failure });
  else if (item.healAt > work.now) plan.wakeAt = Math.min(plan.wakeAt ?? Infinity, item.healAt);
  else if (isAlive(item) || item.release !== desire.release) retire(work, item, 'healing');
  else plan.steps.push(create(desire, item.slot, item.id, 'healing'));
}

/** Old instances go as new ones answer: never fewer serving than wanted (start-first). */
function planOutdated(
  work: Work,
  outdated: readonly InstanceFacts[],
  readyCurrent: number,
  keptCurrent: number,
): void {
  const { desire } = work;
  for (const item of outdated.filter((each) => !isAlive(each))) retire(work, item, 'replaced');
  const alive = outdated
    .filter(isAlive)
    .sort((a, b) => Number(a.isReady) - Number(b.isReady) || b.slot - a.slot);
  if (desire.replicas === 0) {
    for (const item of alive) retire(work, item, desire.retireReason);
    return;
  }
  const step = desire.parallelism === 0 ? desire.replicas : desire.parallelism;
  const mayStay =
    desire.order === 'stop-first'
      ? readyCurrent < keptCurrent
        ? alive.length
        : Math.max(0, alive.length - step)
      : Math.max(0, desire.replicas - readyCurrent);
  for (const item of alive.slice(0, Math.max(0, alive.length - mayStay))) retire(work, item, 'replaced');
}

function describe(
  { plan, desire }: Work,
  seen: {
    kept: readonly InstanceFacts[];
    ready: number;
    outdated: readonly InstanceFacts[];
    onTheirWay: number;
    retiring: number;
  },
): void {
  const completed = seen.kept.filter((item) => isCompleted(desire, item)).length;
  const { status } = plan;
  status.ready = seen.ready;
  status.isCompleted = desire.replicas > 0 && completed === desire.replicas;
  const isQuiet = plan.steps.length === 0 && plan.needsHealing.length === 0 && plan.wakeAt === null;
  const isAlone = seen.outdated.length === 0 && seen.retiring === 0 && seen.onTheirWay === 0;
  status.isSettled = isQuiet && isAlone && seen.ready + completed === desire.replicas;
  if (status.isSettled) return;
  const failed = seen.kept.find((item) => failureOf(item) !== null && !isCompleted(desire, item));
  const failure = failed === undefined ? null : failureOf(failed);
  if (failed !== undefined && failure !== null) status.reason = `${instanceLabel(failed)} ${failure.text}`;
  else if (desire.waitsFor.length > 0) status.reason = `waits for ${desire.waitsFor.join(', ')}`;
  else status.reason = `${seen.ready} of ${desire.replicas} ready`;
}

function create(desire: ServiceDesire, slot: number, replaces: string | null, why: CreateReason): Step {
  return {
    kind: 'createInstance',
    service: desire.service,
    release: desire.release,
    slot,
    spec: desire.makeSpec(slot),
    replaces,
    why,
  };
}

function retire({ plan, desire }: Work, item: InstanceFacts, why: RetireReason): void {
  if (item.busy !== null && item.busy !== 'starting') return;
  const target = { service: desire.service, instance: instanceLabel(item), id: item.id, why };
  if (isAlive(item)) plan.steps.push({ kind: 'retireInstance', ...target, graceMs: desire.graceMs });
  else plan.steps.push({ kind: 'removeInstance', ...target });
}

/** Whether an instance is what is wanted now, whichever release made it. */
function isCurrent(desire: ServiceDesire, item: InstanceFacts): boolean {
  return item.specHash === desire.specHash && item.release >= desire.minRelease;
}

function isAlive(item: InstanceFacts): boolean {
  return item.state !== 'exited' && item.state !== 'dead' && item.state !== 'created';
}

function isLeaving(plan: ServicePlan, item: InstanceFacts): boolean {
  return plan.steps.some((step) => step.kind === 'retireInstance' && step.id === item.id);
}

/** Whom to keep: the living before the dead, then low slots before high ones (the newest go first), newer releases first. */
function preferred(a: InstanceFacts, b: InstanceFacts): number {
  return (
    Number(isFailing(a)) - Number(isFailing(b)) ||
    a.slot - b.slot ||
    Number(b.isReady) - Number(a.isReady) ||
    b.release - a.release
  );
}

function isFailing(item: InstanceFacts): boolean {
  return failureOf(item) !== null;
}
