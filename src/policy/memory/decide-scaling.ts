import type { ScalingQuestion, ScalingVerdict } from '../../core/scaling/scaling.ts';
import { sharedSignals, signalNames, type Signal, type SignalName } from '../../core/signal/signal.ts';
import { describeMissing, describeSignal } from './describe-signal.ts';

export type ScalingSettings = { tolerance: number; staleAfterSeconds: number };

/** As `policies/scaling/data.json`. */
export const scalingSettings: ScalingSettings = { tolerance: 0.1, staleAfterSeconds: 5 };

/** Floating point must not turn exactly 3 into 4. */
const epsilon = 1e-9;

type Usable = { name: SignalName; value: number; target: number };
type Wish = Usable & { replicas: number; isHeld: boolean };

/** The arithmetic of `policies/scaling/scaling.rego`, in TypeScript; both answer the same (see the policy contract). */
export function decideScaling(
  question: ScalingQuestion,
  settings: ScalingSettings = scalingSettings,
): Omit<ScalingVerdict, 'policyRevision'> {
  const usable = question.signals.flatMap((signal) => usableSignal(question, signal, settings));
  const missing = signalNames
    .toSorted()
    .filter((name) => question.targets[name] !== undefined && !usable.some((each) => each.name === name));
  const missingText = missing.map((name) => describeMissing(name, question.signals, settings)).join(', ');
  const wishes = usable.map((each) => wishFor(each, question.replicas, settings));
  const highest = Math.max(...wishes.map((wish) => wish.replicas));
  const winner = wishes.find((wish) => wish.replicas === highest);
  if (winner === undefined) {
    const isUnaimed = Object.keys(question.targets).length === 0;
    const reason = isUnaimed ? 'no signal has a target' : `no signal could be used: ${missingText}`;
    return { target: null, reason: reason.slice(0, 500), perSignal: {} };
  }
  const { desired } = question.replicas;
  const isKept = missing.length > 0 && highest < desired;
  const near = winner.isHeld ? `, within the tolerance of ${Math.round(settings.tolerance * 100)} %` : '';
  const rest = missing.length === 0 ? '' : `; ${isKept ? 'not scaled in while ' : ''}${missingText}`;
  return {
    target: isKept ? desired : highest,
    reason: `${describeSignal(winner)}${near}${rest}`.slice(0, 500),
    perSignal: Object.fromEntries(wishes.map((wish) => [wish.name, wish.replicas])),
  };
}

function usableSignal(question: ScalingQuestion, signal: Signal, settings: ScalingSettings): Usable[] {
  const target = question.targets[signal.name];
  if (signal.kind === 'missing' || target === undefined || target <= 0) return [];
  if (signal.value < 0 || signal.ageSeconds > settings.staleAfterSeconds) return [];
  return [{ name: signal.name, value: signal.value, target }];
}

function wishFor(
  usable: Usable,
  replicas: { desired: number; ready: number },
  { tolerance }: ScalingSettings,
): Wish {
  const { name, value, target } = usable;
  const { desired } = replicas;
  const ready = Math.max(replicas.ready, 1);
  // The sum counts, so instances still starting are not asked for twice.
  const isShared = sharedSignals.has(name);
  const ratio = isShared ? (value * ready) / (Math.max(desired, 1) * target) : value / target;
  const isHeld = desired > 0 && Math.abs(ratio - 1) <= tolerance + epsilon;
  if (isHeld) return { ...usable, replicas: desired, isHeld };
  if (isShared) return { ...usable, replicas: roundUp((value * ready) / target), isHeld };
  // Latency and failures cannot be summed: the replicas that produced the value are scaled by it.
  const wish = ratio > 1 ? Math.max(desired, roundUp(ready * ratio)) : roundUp(desired * ratio);
  return { ...usable, replicas: wish, isHeld };
}

function roundUp(x: number): number {
  return x <= epsilon ? 0 : Math.min(Math.ceil(x - epsilon), 10_000);
}
