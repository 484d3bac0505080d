import { instanceLabel } from '../service/instance.ts';
import type { HealingQuestion } from '../decision/decision.ts';
import type { InstanceFacts } from './instance-facts.ts';
import { failureOf, isAlive, isCompleted } from './instance-failure.ts';
import type { ServiceDesire } from './service-desire.ts';
import { isOfDesire, isServing, sortInstances, type SortedInstances } from './sort-instances.ts';
import type { CreateReason, RetireReason, Step } from './step.ts';

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

type Work = { plan: ServicePlan; desire: ServiceDesire; now: number; unwanted: Set<string> };

/**
 * Compares what is wanted of one service with what runs; pure and idempotent: the same facts give the same steps.
 *
 *      missing ─create→ created ─start→ running ─answers→ ready (routed) ─monitor window→ proven (an old one may go)
 *         ▲                                │                   │ fails: asked, decided, due
 *         └──────────── removed ←── retiring (unrouted, drained, stopped) ←──────┘
 */
export function planService(
  desire: ServiceDesire,
  instances: readonly InstanceFacts[],
  pendingSlots: ReadonlySet<number>,
  now: number,
): ServicePlan {
  const work: Work = { plan: emptyPlan(desire), desire, now, unwanted: new Set() };
  const seen = sortInstances(desire, instances, pendingSlots);
  for (const { item, why } of seen.surplus) retire(work, item, why);
  const failed = seen.kept.filter((item) => planExisting(work, item) === 'goes');
  const kept = seen.kept.filter((item) => !failed.includes(item));
  const ready = kept.filter(isServing);
  const completed = kept.filter((item) => isCompleted(desire, item));
  planMissing(work, { ...seen, kept }, failed);
  const proven = seen.outdated.length === 0 ? ready : ready.filter((item) => isProven(work, item));
  planOutdated(work, seen.outdated, { done: proven.length + completed.length, kept: kept.length });
  for (const item of chooseRoutable(work, [...kept, ...seen.outdated])) work.plan.routable.add(item.id);
  describe(work, seen, { kept, ready: ready.length, completed: completed.length });
  return work.plan;
}

/**
 * Who answers. While nobody is well, those that only complain go on: a slow answer, or one that came back a moment ago, is
 * better than none, and an overloaded service does not take itself away whole.
 */
function chooseRoutable({ unwanted }: Work, items: readonly InstanceFacts[]): InstanceFacts[] {
  const wanted = items.filter((item) => item.isReady && !unwanted.has(item.id));
  const serving = wanted.filter(isServing);
  return serving.length > 0 ? serving : wanted;
}

function emptyPlan(desire: ServiceDesire): ServicePlan {
  return {
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
}

/** What one of the wanted instances needs; `goes` = another one has to stand in for it. */
function planExisting(work: Work, item: InstanceFacts): 'stays' | 'goes' {
  const { plan, desire } = work;
  if (item.busy !== null) return 'stays';
  if (item.state === 'created') {
    if (desire.waitsFor.length === 0 && isDue(work, item.notBefore))
      plan.steps.push({
        kind: 'startInstance',
        service: desire.service,
        instance: instanceLabel(item),
        id: item.id,
      });
    return 'stays';
  }
  const failure = failureOf(item);
  if (failure === null || isCompleted(desire, item) || !desire.isHealed) return 'stays';
  if (item.healing === null && isDue(work, item.notBefore)) plan.needsHealing.push({ facts: item, failure });
  if (item.healing === null || item.healing === 'asked' || !isDue(work, item.healing.at)) return 'stays';
  if (isAlive(item) || item.release !== desire.release) {
    retire(work, item, 'healing');
    return 'goes';
  }
  if (isDue(work, item.notBefore) && desire.waitsFor.length === 0)
    plan.steps.push(create(desire, item.slot, { replaces: item.id, heals: item.id, why: 'healing' }));
  return 'stays';
}

/** Makes what is missing, as many at once as the order and the parallelism allow. */
function planMissing({ plan, desire }: Work, seen: SortedInstances, failed: readonly InstanceFacts[]): void {
  if (desire.waitsFor.length > 0) return;
  let wanted = desire.replicas - seen.kept.length - seen.onTheirWay;
  if (seen.outdated.length > 0 && desire.parallelism > 0) {
    const starting = seen.kept.filter((item) => !item.isReady).length + seen.onTheirWay;
    wanted = Math.min(wanted, desire.parallelism - starting);
  }
  if (desire.order === 'stop-first') {
    const alive = seen.instances.filter(isAlive).length + seen.onTheirWay;
    wanted = Math.min(wanted, desire.replicas - alive);
  }
  if (desire.isPaused) {
    const serving = seen.kept.length + seen.outdated.filter(isAlive).length + seen.onTheirWay;
    wanted = Math.min(wanted, desire.replicas - serving);
  }
  const why = reasonToMake(desire, seen);
  const heals = failed.map((item) => item.id);
  for (let slot = 1; wanted > 0; slot += 1) {
    if (seen.taken.has(slot)) continue;
    const healed = heals.shift() ?? null;
    plan.steps.push(
      create(desire, slot, { replaces: null, heals: healed, why: healed === null ? why : 'healing' }),
    );
    wanted -= 1;
  }
}

function reasonToMake(desire: ServiceDesire, { kept, outdated }: SortedInstances): CreateReason {
  if (outdated.some((item) => !isOfDesire(desire, item))) return 'new-release';
  return outdated.length === 0 && kept.length > 0 ? 'scale-out' : 'missing';
}

function isProven(work: Work, { readySince }: InstanceFacts): boolean {
  return readySince !== null && isDue(work, readySince + work.desire.monitorMs);
}

/** Old instances go as new ones are proven: never fewer serving than wanted (start-first), or so many at once (stop-first). */
function planOutdated(
  work: Work,
  outdated: readonly InstanceFacts[],
  current: { done: number; kept: number },
): void {
  const { desire } = work;
  for (const item of outdated.filter((each) => !isAlive(each))) retire(work, item, 'replaced');
  const alive = outdated
    .filter(isAlive)
    .sort((a, b) => Number(isServing(a)) - Number(isServing(b)) || b.slot - a.slot);
  const why = desire.replicas === 0 ? desire.retireReason : 'replaced';
  for (const item of alive.slice(0, alive.length - mayStay(desire, alive.length, current)))
    retire(work, item, why);
}

/** How many living old instances go on for now. */
function mayStay(desire: ServiceDesire, alive: number, current: { done: number; kept: number }): number {
  if (desire.replicas === 0) return 0;
  if (desire.isPaused) return alive;
  if (desire.order === 'start-first') {
    // Also those beyond the number that is wanted now: until a new one is proven, nothing that serves is taken away.
    return current.done === 0 ? alive : Math.min(alive, Math.max(0, desire.replicas - current.done));
  }
  const step = desire.parallelism === 0 ? desire.replicas : desire.parallelism;
  const isWaiting = current.done < current.kept;
  const missing = Math.max(0, desire.replicas - alive - current.done);
  return isWaiting ? alive : Math.max(0, alive - Math.max(0, step - missing));
}

function describe(
  { plan, desire, unwanted }: Work,
  seen: SortedInstances,
  { kept, ready, completed }: { kept: readonly InstanceFacts[]; ready: number; completed: number },
): void {
  const { status } = plan;
  status.ready = ready;
  status.isCompleted = desire.replicas > 0 && completed === desire.replicas;
  const isQuiet = plan.steps.length === 0 && plan.needsHealing.length === 0 && plan.wakeAt === null;
  const isAlone = kept.length === seen.instances.length && seen.onTheirWay === 0 && unwanted.size === 0;
  const isStill = kept.every((item) => item.busy === null);
  status.isSettled = isQuiet && isAlone && isStill && ready + completed === desire.replicas;
  if (!status.isSettled) status.reason = reasonOf(desire, seen, ready);
}

function reasonOf(desire: ServiceDesire, { kept, outdated }: SortedInstances, ready: number): string {
  for (const item of kept) {
    const failure = isCompleted(desire, item) ? null : failureOf(item);
    if (failure === null) continue;
    const text = `${instanceLabel(item)} ${failure.text}`;
    if (item.healing === null || item.healing === 'asked' || item.healing.restarts < 2) return text;
    const end = item.healing.isGivenUp ? ', given up for now' : '';
    return `CrashLoop: ${text} (${item.healing.restarts} restarts within ten minutes${end})`;
  }
  if (desire.waitsFor.length > 0) return `waits for ${desire.waitsFor.join(', ')}`;
  if (desire.isPaused && outdated.length > 0)
    return `paused, ${kept.length} new beside ${outdated.length} old`;
  return `${ready} of ${desire.replicas} ready`;
}

function create(
  desire: ServiceDesire,
  slot: number,
  rest: { replaces: string | null; heals: string | null; why: CreateReason },
): Step {
  return {
    kind: 'createInstance',
    service: desire.service,
    isCanary: desire.isCanary,
    release: desire.release,
    slot,
    spec: desire.makeSpec(slot),
    ...rest,
  };
}

/** Takes it from the routes; the step itself waits for an effect under way or a back-off. */
function retire(work: Work, item: InstanceFacts, why: RetireReason): void {
  const { plan, desire, unwanted } = work;
  unwanted.add(item.id);
  if (item.busy !== null || !isDue(work, item.notBefore)) return;
  const target = { service: desire.service, instance: instanceLabel(item), id: item.id, why };
  if (isAlive(item)) plan.steps.push({ kind: 'retireInstance', ...target, graceMs: desire.graceMs });
  else plan.steps.push({ kind: 'removeInstance', ...target });
}

function isDue({ plan, now }: Work, at: number | null): boolean {
  if (at === null || at <= now) return true;
  plan.wakeAt = Math.min(plan.wakeAt ?? Infinity, at);
  return false;
}
