import type { CraneError } from '../core/error/crane-error.ts';
import type { AppPlan } from '../core/plan/plan-app.ts';
import type { InstanceFacts } from '../core/plan/plan-service.ts';
import type { DecisionEffect } from '../core/decision/decision.ts';
import type { Recommendation } from '../core/scaling/recommendations.ts';
import type { ObservedInstance } from '../core/service/instance.ts';
import type { Signal } from '../core/signal/signal.ts';

/** What the loops know of one instance beyond the engine's word. */
export type InstanceMemory = {
  isReady: boolean;
  complaint: InstanceFacts['complaint'];
  busy: InstanceFacts['busy'];
  healAt: number | null;
  /** Stops its prober. */
  stopProbing: AbortController | null;
};

export type ServiceMemory = {
  recommendations: Recommendation[];
  /** Monotonic times of the last evaluation and changes. */
  evaluatedAt: number | null;
  lastUpAt: number | null;
  lastDownAt: number | null;
  /** Replicas wanted after the last evaluation; a difference since means that a person set them. */
  lastTarget: number | null;
  signals: readonly Signal[];
  /** Creation failed: not again before `until` (monotonic). */
  failure: { error: CraneError; until: number; count: number } | null;
  /** Changes of instances, newest last, for the effects of decisions. */
  changes: (DecisionEffect['instances'][number] & { at: number })[];
  restarts: number;
};

/**
 * What is known of one app between two looks. Nothing here is needed to be right after a crash: it is rebuilt from the
 * engine, the published routes and the store.
 */
export type AppMemory = {
  instances: Map<string, InstanceMemory>;
  services: Map<string, ServiceMemory>;
  /** Slots being created, by service. */
  pendingSlots: Map<string, Set<number>>;
  /** Ground that was ensured since the last full look. */
  networks: Set<string>;
  routerNetworks: Set<string>;
  volumes: Set<string>;
  observed: readonly ObservedInstance[];
  routed: Set<string>;
  plan: AppPlan | null;
  seenAt: number | null;
  /** Labels of instances that were there in the last look and are not ours to remove. */
  known: Map<string, string>;
  lastError: string | null;
  wakeTimer: AbortController | null;
};

export function createAppMemory(): AppMemory {
  return {
    instances: new Map(),
    services: new Map(),
    pendingSlots: new Map(),
    networks: new Set(),
    routerNetworks: new Set(),
    volumes: new Set(),
    observed: [],
    routed: new Set(),
    plan: null,
    seenAt: null,
    known: new Map(),
    lastError: null,
    wakeTimer: null,
  };
}

export function instanceMemory(memory: AppMemory, id: string): InstanceMemory {
  const known = memory.instances.get(id);
  if (known !== undefined) return known;
  const fresh: InstanceMemory = {
    isReady: false,
    complaint: null,
    busy: null,
    healAt: null,
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
    evaluatedAt: null,
    lastUpAt: null,
    lastDownAt: null,
    lastTarget: null,
    signals: [],
    failure: null,
    changes: [],
    restarts: 0,
  };
  memory.services.set(service, fresh);
  return fresh;
}

/** Keeps the last 200 changes. */
export function recordChange(
  memory: AppMemory,
  service: string,
  change: ServiceMemory['changes'][number],
): void {
  const { changes } = serviceMemory(memory, service);
  changes.push(change);
  if (changes.length > 200) changes.splice(0, changes.length - 200);
}
