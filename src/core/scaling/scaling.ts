import type { Signal, SignalName } from '../signal/signal.ts';

/** Bounds and pace of one service, defaults resolved (see core/compose/x-crane.ts). */
export type ScalingBounds = {
  min: number;
  max: number;
  cooldownUpMs: number;
  cooldownDownMs: number;
  /** Scale in follows the highest recommendation of this window. */
  stabilizationMs: number;
};

/** What the scaling policy is asked; it becomes OPA's `input` unchanged. */
export type ScalingQuestion = {
  trigger: ScalingTrigger;
  app: string;
  service: string;
  replicas: { desired: number; ready: number };
  bounds: ScalingBounds;
  targets: Partial<Record<SignalName, number>>;
  signals: readonly Signal[];
  /** The alert that asked, when one did. */
  alert: {
    name: string;
    status: 'firing' | 'resolved';
    severity: string;
    fingerprint: string;
    startsAt: number;
  } | null;
  /** Milliseconds since the last change of replicas in each direction; null = never. */
  sinceLastUpMs: number | null;
  sinceLastDownMs: number | null;
  now: number;
};

export type ScalingTrigger = 'alert' | 'loop' | 'person';

/** What the policy engine answered, after its output was checked. `target: null` = it has no opinion (nothing measured). */
export type ScalingVerdict = {
  target: number | null;
  reason: string;
  /** Recommendation per signal, for the explanation. */
  perSignal: Partial<Record<SignalName, number>>;
  policyRevision: string;
};

/** Bounds that changed the policy's wish, in the order applied. */
export type Clamp = {
  bound:
    | 'min'
    | 'max'
    | 'cooldown-up'
    | 'cooldown-down'
    | 'stabilization'
    | 'headroom'
    | 'quota'
    | 'idle'
    | 'override'
    | 'mode'
    | 'step'
    | 'delay';
  from: number;
  to: number;
  text: string;
};

export type ScalingDecision =
  | { kind: 'hold'; at: number; reason: string; clamps: readonly Clamp[] }
  | { kind: 'scale'; from: number; to: number; reason: string; clamps: readonly Clamp[] };

/** Replicas that the owner's quota leaves to a service, and by which limit. */
export type QuotaBound = { most: number; text: string };
