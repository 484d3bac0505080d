import type { Clamp, ScalingBounds, ScalingDecision, ScalingVerdict } from './scaling.ts';
import { highestRecommendation, type Recommendation } from './recommendations.ts';

/** `auto` acts; `dry-run` decides and does not act; `paused` holds. */
export type ScalingMode = 'auto' | 'dry-run' | 'paused';

type Request = {
  verdict: ScalingVerdict;
  bounds: ScalingBounds;
  mode: ScalingMode;
  /** Replicas wanted now. */
  current: number;
  /** Recommendations of the stabilisation window, this verdict's own included. */
  recommendations: readonly Recommendation[];
  sinceLastUpMs: number | null;
  sinceLastDownMs: number | null;
  now: number;
};

/**
 * Bounds what the policy wishes. Pure; the order is fixed and each bound that changed the number is named: stabilisation
 * (scale in only), min, max, cooldown, mode. A policy without an opinion holds: missing data never scales in.
 */
export function clampScaling(request: Request): ScalingDecision {
  const { verdict, bounds, current } = request;
  if (verdict.target === null) return { kind: 'hold', at: current, reason: verdict.reason, clamps: [] };
  const clamps: Clamp[] = [];
  let target = verdict.target;
  const apply = (clamp: Clamp | null): void => {
    if (clamp === null || clamp.to === target) return;
    clamps.push(clamp);
    target = clamp.to;
  };
  apply(stabilise(target, request));
  apply(target < bounds.min ? clampTo('min', target, bounds.min, `raised to min ${bounds.min}`) : null);
  apply(target > bounds.max ? clampTo('max', target, bounds.max, `capped by max ${bounds.max}`) : null);
  apply(coolDown(target, request));
  if (target !== current && request.mode !== 'auto') {
    apply(
      clampTo(
        'mode',
        target,
        current,
        request.mode === 'paused' ? 'scaling is paused' : `dry run: would be ${target}`,
      ),
    );
  }
  if (target === current) return { kind: 'hold', at: current, reason: verdict.reason, clamps };
  return { kind: 'scale', from: current, to: target, reason: verdict.reason, clamps };
}

function stabilise(target: number, { current, recommendations, bounds, now }: Request): Clamp | null {
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

function coolDown(target: number, request: Request): Clamp | null {
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
