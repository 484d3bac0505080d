import type { Clamp, QuotaBound, ScalingBounds, ScalingDecision, ScalingVerdict } from './scaling.ts';
import { highestRecommendation, type Recommendation } from './recommendations.ts';
import { describeSpan, canSleep, type IdleFacts } from './idle.ts';
import { type ScalingMode, describeOverride, describeWindow, type Steering } from './steering.ts';

export type ClampRequest = {
  verdict: ScalingVerdict;
  bounds: ScalingBounds;
  mode: ScalingMode;
  /** A person's number of replicas: it beats the policy, the bounds and the mode. */
  override?: Steering['override'];
  /** Whose min and max these are; absent or null = the release's. */
  window?: Steering['window'];
  /** Replicas that an app's own policy may add at once; absent or null = no such bound. */
  mostAtOnce?: number | null;
  /** What its owner's quota leaves; absent or null = no bound. */
  quota?: QuotaBound | null;
  /** Whether it may sleep; absent or null = that is not asked, and nothing keeps it from zero but its bounds. */
  idle?: IdleFacts | null;
  /** Replicas wanted now. */
  current: number;
  /** Recommendations of the stabilisation window, this verdict's own included. */
  recommendations: readonly Recommendation[];
  sinceLastUpMs: number | null;
  sinceLastDownMs: number | null;
  now: number;
};

/**
 * Bounds what the policy wishes. Pure; the order is fixed and each bound that changed the number is named: override, or
 * stabilisation (scale in only), step (an app's own policy only), idleness, min, max, the owner's quota, cooldown, mode. A policy without an opinion holds, and is
 * only raised to min:
 * missing data never scales in.
 */
export function clampScaling(request: ClampRequest): ScalingDecision {
  const { verdict, current } = request;
  const clamps: Clamp[] = [];
  let target = verdict.target ?? current;
  const apply = (clamp: Clamp | null): void => {
    if (clamp === null || clamp.to === target) return;
    clamps.push(clamp);
    target = clamp.to;
  };
  const { override } = request;
  if (override != null) apply(clampTo('override', target, override.replicas, describeOverride(override)));
  else for (const bound of bounds) apply(bound(target, request));
  if (target === current) return { kind: 'hold', at: current, reason: verdict.reason, clamps };
  return { kind: 'scale', from: current, to: target, reason: reasonOf(request, target), clamps };
}

/** Falling asleep and being needed are reasons of their own: the policy's word is in its answer. */
function reasonOf({ verdict, idle, bounds: own, override }: ClampRequest, target: number): string {
  if (idle == null || override != null || !canSleep(own)) return verdict.reason;
  if (target === 0) return `idle for ${describeSpan(idle.idleMs)}`;
  return idle.needed !== null && target === 1 && verdict.target === 0 ? idle.needed : verdict.reason;
}

type Bound = (target: number, request: ClampRequest) => Clamp | null;

const bounds: readonly Bound[] = [stabilise, limitStep, rest, raise, cap, ration, coolDown, withhold];

/** Zero is for those that nobody uses and nobody needs; a policy that misses its signals puts nobody to sleep. */
function rest(target: number, { bounds: own, idle, current, verdict }: ClampRequest): Clamp | null {
  if (idle == null || !canSleep(own)) return null;
  if (current === 0)
    return idle.needed !== null && target === 0 ? clampTo('idle', 0, 1, 'woken for it') : null;
  if (idle.awake !== null) return target === 0 ? clampTo('idle', 0, 1, `kept at 1: ${idle.awake}`) : null;
  if (verdict.target === null || target > 1) return null;
  return { bound: 'idle', from: target, to: 0, text: 'asleep until a request comes' };
}

function raise(target: number, { bounds: { min }, window }: ClampRequest): Clamp | null {
  return target < min ? clampTo('min', target, min, `raised to min ${min}${ofWindow(window)}`) : null;
}

function limitStep(target: number, { current, mostAtOnce }: ClampRequest): Clamp | null {
  if (mostAtOnce == null || target <= current + mostAtOnce) return null;
  const text = `an app's own policy may add ${mostAtOnce} at once`;
  return clampTo('step', target, current + mostAtOnce, text);
}

/** Nobody's opinion is no reason to scale in. */
function cap(target: number, { verdict, bounds: { max }, window }: ClampRequest): Clamp | null {
  if (verdict.target === null || target <= max) return null;
  return clampTo('max', target, max, `capped by max ${max}${ofWindow(window)}`);
}

/** What there is already may stay, also when the quota was lowered. */
function ration(target: number, { quota, current }: ClampRequest): Clamp | null {
  if (quota == null || target <= Math.max(quota.most, current)) return null;
  const most = Math.max(quota.most, current);
  return clampTo('quota', target, most, `capped by quota ${most}: ${quota.text}`);
}

function ofWindow(window: Steering['window'] | undefined): string {
  return window == null ? '' : ` of ${describeWindow(window)}`;
}

function withhold(target: number, { mode, current }: ClampRequest): Clamp | null {
  if (target === current || mode === 'auto') return null;
  const text = mode === 'paused' ? 'scaling is paused' : `dry run: would be ${target}`;
  return clampTo('mode', target, current, text);
}

function stabilise(target: number, { current, recommendations, bounds, now }: ClampRequest): Clamp | null {
  if (target >= current) return null;
  const highest = Math.min(
    current,
    highestRecommendation(recommendations, now - bounds.stabilizationMs) ?? current,
  );
  if (highest <= target) return null;
  const seconds = Math.round(bounds.stabilizationMs / 1000);
  return clampTo(
    'stabilization',
    target,
    highest,
    `${highest} was still wanted within the last ${seconds} s`,
  );
}

function coolDown(target: number, request: ClampRequest): Clamp | null {
  const { current, bounds, sinceLastUpMs, sinceLastDownMs } = request;
  if (target > current && sinceLastUpMs !== null && sinceLastUpMs < bounds.cooldownUpMs) {
    const left = ((bounds.cooldownUpMs - sinceLastUpMs) / 1000).toFixed(1);
    return clampTo('cooldown-up', target, current, `cooldown after the last scale out, ${left} s left`);
  }
  const sinceChange = shortest(sinceLastUpMs, sinceLastDownMs);
  if (target < current && sinceChange !== null && sinceChange < bounds.cooldownDownMs) {
    const left = ((bounds.cooldownDownMs - sinceChange) / 1000).toFixed(1);
    return clampTo('cooldown-down', target, current, `cooldown after the last change, ${left} s left`);
  }
  return null;
}

function shortest(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}

function clampTo(bound: Clamp['bound'], from: number, to: number, text: string): Clamp {
  return { bound, from, to, text };
}
