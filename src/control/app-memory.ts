import type { PolicyKind } from '../core/policy/policy-text.ts';
import type { DecisionEffect, Decision } from '../core/decision/decision.ts';
import { toCraneError, type CraneError } from '../core/error/crane-error.ts';
import { retryDelayMs } from '../core/healing/backoff.ts';
import type { PastHealing } from '../core/healing/count-restarts.ts';
import type { Drift } from '../core/plan/instance-drift.ts';
import type { Healing, InstanceFacts } from '../core/plan/instance-facts.ts';
import type { AppPlan } from '../core/plan/plan-app.ts';
import type { CreateReason, RetireReason } from '../core/plan/step.ts';
import type { IdleClock } from '../core/scaling/idle.ts';
import type { Recommendation } from '../core/scaling/recommendations.ts';
import type { ObservedInstance } from '../core/service/instance.ts';
import type { Signal } from '../core/signal/signal.ts';

/** Something failed, `count` times in a row; not again before the tick `until`. Ticks are monotonic milliseconds. */
export type Trouble = { error: CraneError; count: number; until: number };

export function troubleAfter(before: Trouble | null, thrown: unknown, tick: number): Trouble {
  const count = (before?.count ?? 0) + 1;
  return { error: toCraneError(thrown), count, until: tick + retryDelayMs(count) };
}

/** What the loops know of one instance beyond the engine's word. */
export type InstanceMemory = {
  isReady: boolean;
  /** When it first answered, milliseconds since the epoch. */
  readyAt: number | null;
  /** The tick since which it answers without a break. */
  readySince: number | null;
  /** Start of the run that is probed; another one means that somebody restarted it. */
  startedAt: number | null;
  complaint: InstanceFacts['complaint'];
  /** It was behind a route, or may have been before this process began: requests may be open. */
  mayServe: boolean;
  isStoppedOutside: boolean;
  busy: InstanceFacts['busy'];
  /** Its commands after the start run, or were cut short. */
  isPreparing: boolean;
  /** `decided` is null while the policy is asked. */
  healing: { decided: (Healing & { decision: string }) | null } | null;
  /** What somebody did to it by hand, as far as it was told. */
  drift: Drift | null;
  /** Its present failure was noted; resolves when it was told with the last lines. Null = it has none. */
  telling: Promise<void> | null;
  /** Effects on it failed. */
  trouble: Trouble | null;
  /** Stops its prober. */
  stopProbing: AbortController | null;
};

/** A change of an instance, for the effects of decisions. */
export type InstanceChange = DecisionEffect['instances'][number] & {
  at: number;
  why?: CreateReason | RetireReason;
  /** The healing decision that wanted it. */
  decision?: string | null;
};

export type ServiceMemory = {
  recommendations: Recommendation[];
  /** Tick of the next regular evaluation. */
  evaluateAt: number;
  /** Ticks of the last changes by the autoscaler. */
  lastUpAt: number | null;
  lastDownAt: number | null;
  /** Replicas wanted after the last evaluation; a difference since means that a person set them. */
  lastTarget: number | null;
  signals: readonly Signal[];
  /** Instances of this release could not be made. */
  failure: (Trouble & { release: number }) | null;
  /** How long nobody used it; null = not watched yet. Only of services that may sleep. */
  idle: IdleClock | null;
  /** Newest last. */
  changes: InstanceChange[];
  /** Recent restarts, oldest first; null until they were read from the ledger. */
  healings: PastHealing[] | null;
};

/** An instance that failed, with its last words. */
export type InstanceFailure = {
  id: string;
  instance: string;
  service: string;
  release: number;
  text: string;
  lines: readonly string[];
  /** Nobody will replace it. */
  isFinal: boolean;
};

/**
 * What is known of one app between two looks. Nothing here is needed to be right after a crash: it is rebuilt from the
 * engine, the published routes and the store.
 */
export type AppMemory = {
  /** Looks that began, and the newest one that came to its end. */
  looks: number;
  seenLook: number;
  /** Looks of the present second, and the tick at which it began. */
  burst: { since: number; looks: number };
  /** When that was: milliseconds since the epoch, and the tick. */
  seenAt: number | null;
  seenTick: number | null;
  /** What ended effects leave to be undone once a look that began after them has seen their result. */
  afterLook: (() => void)[];
  instances: Map<string, InstanceMemory>;
  services: Map<string, ServiceMemory>;
  /** Slots being created, by service. */
  pendingSlots: Map<string, Set<number>>;
  /** Ground that is there. */
  networks: Set<string>;
  routerNetworks: Set<string>;
  volumes: Set<string>;
  /** The router joins networks; null = it does not. Never rejects. */
  joining: Promise<void> | null;
  groundTrouble: Trouble | null;
  lookTrouble: Trouble | null;
  observed: readonly ObservedInstance[];
  plan: AppPlan | null;
  /** Backends by label → address, published before this process began; null once they were compared with what runs. */
  adopted: Map<string, string> | null;
  /** Who is behind the published routes: engine id → label. */
  routed: Map<string, string>;
  isPublished: boolean;
  /** Instances that are there and not ours to remove, with the look at whose time they were known. */
  known: Map<string, { label: string; since: number }>;
  failures: InstanceFailure[];
  /** Healing decisions that an earlier process had not carried out, by instance; null until they were read. */
  openHealings: Map<string, Decision> | null;
  /** The ledger may hold decisions of this app whose effect is not complete. */
  mayHavePending: boolean;
  /** Services that the regular evaluation looks at. */
  autoscaled: readonly string[];
  /** The newest deployment; null until it was read. */
  deployment: { isOpen: boolean; error: string | null } | null;
  /** Saved policies that gave nothing usable when last asked: kind → revision. */
  policyTroubles: Map<PolicyKind, string>;
  wakeTimer: AbortController | null;
  /** A trial that disturbs it now, for whoever asks why something was decided. */
  trial: { operation: string; kind: string; service: string } | null;
  /** Requests that were led to an instance by the waker. */
  wakes: number;
};

export function createAppMemory(): AppMemory {
  return {
    looks: 0,
    seenLook: 0,
    burst: { since: -Infinity, looks: 0 },
    seenAt: null,
    seenTick: null,
    afterLook: [],
    instances: new Map(),
    services: new Map(),
    pendingSlots: new Map(),
    networks: new Set(),
    routerNetworks: new Set(),
    volumes: new Set(),
    joining: null,
    groundTrouble: null,
    lookTrouble: null,
    observed: [],
    plan: null,
    adopted: null,
    routed: new Map(),
    isPublished: false,
    known: new Map(),
    failures: [],
    openHealings: null,
    mayHavePending: true,
    autoscaled: [],
    deployment: null,
    policyTroubles: new Map(),
    wakeTimer: null,
    trial: null,
    wakes: 0,
  };
}

export function instanceMemory(memory: AppMemory, id: string): InstanceMemory {
  const known = memory.instances.get(id);
  if (known !== undefined) return known;
  const fresh: InstanceMemory = {
    isReady: false,
    readyAt: null,
    readySince: null,
    startedAt: null,
    complaint: null,
    mayServe: false,
    isStoppedOutside: false,
    busy: null,
    isPreparing: false,
    healing: null,
    drift: null,
    telling: null,
    trouble: null,
    stopProbing: null,
  };
  memory.instances.set(id, fresh);
  return fresh;
}

export function serviceMemory(memory: AppMemory, service: string): ServiceMemory {
  const known = memory.services.get(service);
  if (known !== undefined) return known;
  const fresh: ServiceMemory = {
    recommendations: [],
    evaluateAt: 0,
    lastUpAt: null,
    lastDownAt: null,
    lastTarget: null,
    signals: [],
    failure: null,
    idle: null,
    changes: [],
    healings: null,
  };
  memory.services.set(service, fresh);
  return fresh;
}

/** Keeps the last 200 changes. */
export function recordChange(memory: AppMemory, service: string, change: InstanceChange): void {
  keepLast(serviceMemory(memory, service).changes, change, 200);
}

/** Appends, and forgets the oldest beyond `most`. */
export function keepLast<T>(list: T[], item: T, most: number): void {
  list.push(item);
  if (list.length > most) list.splice(0, list.length - most);
}
