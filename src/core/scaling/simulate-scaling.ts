import type { ScaleSettings } from '../compose/scale-settings.ts';
import { sharedSignals, type Signal, type SignalName } from '../signal/signal.ts';
import { clampScaling } from './clamp-scaling.ts';
import { advanceIdle, canSleep, judgeIdle, type IdleClock, type IdleFacts, type Traffic } from './idle.ts';
import type { CurvePoint } from './load-curve.ts';
import { recordRecommendation, type Recommendation } from './recommendations.ts';
import type { ScalingSchedule } from './schedule.ts';
import type { Clamp, ScalingQuestion, ScalingVerdict } from './scaling.ts';
import { steer, type ScalingControl } from './steering.ts';

export type SimulationInput = {
  app: string;
  service: string;
  scale: ScaleSettings;
  control: Pick<ScalingControl, 'mode' | 'modeBy' | 'override'> | null;
  schedules: readonly ScalingSchedule[];
  /** When the curve begins, for schedules. */
  startAt: number;
  replicas: number;
  /** From "wanted" to "answers". */
  readyMs: number;
  stepMs: number;
  /** Replicas that an app's own policy may add at once; absent or null = no such bound. */
  mostAtOnce?: number | null;
  fastLoopMs: number;
  slowLoopMs: number;
  /** One curve per signal; of what replicas share, the sum over all of them. All are sampled alike. */
  curves: Partial<Record<SignalName, readonly CurvePoint[]>>;
};

/** What was decided at one time. Times are milliseconds from the beginning. */
export type SimulatedStep = {
  atMs: number;
  /** As given: of what replicas share, the sum. */
  load: Partial<Record<SignalName, number | null>>;
  /** Wanted after this step, and answering at it. */
  replicas: number;
  ready: number;
  /** Null: nothing was evaluated. */
  evaluated: { from: number; wish: number | null; reason: string; clamps: readonly Clamp[] } | null;
};

export type Decide = (question: ScalingQuestion) => Promise<ScalingVerdict>;

type State = {
  replicas: number;
  /** When each wanted replica answers. */
  readyAt: number[];
  recommendations: Recommendation[];
  lastUpAt: number | null;
  lastDownAt: number | null;
  evaluateAt: number;
  /** A signal is above its ceiling: its alert fires. */
  isFiring: boolean;
  idle: IdleClock | null;
};

/** Relative tolerance above a target at which its alert fires. */
const tolerance = 0.1;

/**
 * The live loop's own arithmetic on a given load with a simulated clock: an alert's edge or a due evaluation asks the policy,
 * the bounds apply, the replicas follow. Replicas answer `readyMs` after they were wanted; load is shared out evenly at
 * once. Nothing outside is touched.
 */
export async function* simulateScaling(
  input: SimulationInput,
  decide: Decide,
): AsyncGenerator<SimulatedStep> {
  const length = Math.max(0, ...Object.values(input.curves).map((curve) => curve?.length ?? 0));
  const state: State = {
    replicas: input.replicas,
    readyAt: Array.from({ length: input.replicas }, () => 0),
    recommendations: [{ at: 0, target: input.replicas }],
    lastUpAt: null,
    lastDownAt: null,
    evaluateAt: 0,
    isFiring: false,
    idle: null,
  };
  for (let index = 0; index < length; index += 1) yield await takeStep(input, state, index, decide);
}

async function takeStep(
  input: SimulationInput,
  state: State,
  index: number,
  decide: Decide,
): Promise<SimulatedStep> {
  const atMs = index * input.stepMs;
  const load = Object.fromEntries(
    Object.entries(input.curves).map(([name, curve]) => [name, curve?.[index]?.value ?? null]),
  );
  const ready = state.readyAt.filter((at) => at <= atMs).length;
  const signals = signalsOf(input, load, ready);
  const wasFiring = state.isFiring;
  state.isFiring = signals.some(
    (signal) =>
      signal.kind === 'value' &&
      signal.value > (input.scale.targets[signal.name] ?? Infinity) * (1 + tolerance),
  );
  const isEdge = state.isFiring !== wasFiring;
  const woken = wake(input, state, atMs, load);
  if (woken !== null) return { atMs, load, replicas: state.replicas, ready, evaluated: woken };
  const evaluated =
    isEdge || state.evaluateAt <= atMs
      ? await evaluate(
          input,
          state,
          {
            atMs,
            ready,
            signals,
            trigger: isEdge ? 'alert' : 'loop',
            idle: readIdle(input, state, atMs, load),
          },
          decide,
        )
      : null;
  return { atMs, load, replicas: state.replicas, ready, evaluated };
}

function signalsOf(
  { scale, curves }: SimulationInput,
  load: Partial<Record<SignalName, number | null>>,
  ready: number,
): Signal[] {
  const names = Object.keys(curves).filter((name): name is SignalName => Object.hasOwn(scale.targets, name));
  return names.map((name): Signal => {
    const value = load[name] ?? null;
    if (value === null) return { kind: 'missing', name, reason: 'nothing was measured', query: 'simulated' };
    const shared = sharedSignals.has(name) ? value / Math.max(1, ready) : value;
    return { kind: 'value', name, value: shared, ageSeconds: 0, query: 'simulated' };
  });
}

async function evaluate(
  input: SimulationInput,
  state: State,
  now: {
    atMs: number;
    ready: number;
    signals: Signal[];
    trigger: 'alert' | 'loop';
    idle: IdleFacts | null;
  },
  decide: Decide,
): Promise<NonNullable<SimulatedStep['evaluated']>> {
  const { scale } = input;
  const { atMs } = now;
  const steering = steer({ ...input, now: input.startAt + atMs });
  const question = ask(input, state, now, steering);
  const verdict = await decide(question);
  const from = state.replicas;
  state.recommendations = recordRecommendation(
    state.recommendations,
    { at: atMs, target: verdict.target ?? from },
    scale.stabilizationMs,
  );
  const decision = clampScaling({
    ...steering,
    verdict,
    bounds: question.bounds,
    mostAtOnce: input.mostAtOnce ?? null,
    idle: now.idle,
    current: from,
    recommendations: state.recommendations,
    sinceLastUpMs: question.sinceLastUpMs,
    sinceLastDownMs: question.sinceLastDownMs,
    now: atMs,
  });
  if (decision.kind === 'scale') apply(input, state, decision.to, atMs);
  const isBusy = state.replicas > steering.min || state.isFiring;
  state.evaluateAt = atMs + (isBusy ? input.fastLoopMs : input.slowLoopMs);
  return { from, wish: verdict.target, reason: decision.reason, clamps: decision.clamps };
}

type Load = SimulatedStep['load'];

/** A service that sleeps is woken by the first request, whatever the pace of the loop. */
function wake(input: SimulationInput, state: State, atMs: number, load: Load): SimulatedStep['evaluated'] {
  const { mode, override, ...bounds } = steer({ ...input, now: input.startAt + atMs });
  const isAsleep = state.replicas === 0 && canSleep(bounds) && mode === 'auto' && override === null;
  if (!isAsleep || (load.requestsPerSecond ?? 0) <= 0) return null;
  apply(input, state, 1, atMs);
  state.idle = null;
  state.evaluateAt = atMs + input.fastLoopMs;
  return { from: 0, wish: 1, reason: 'woken by a request', clamps: [] };
}

/** Only the curve of requests tells whether anybody came; without one it never sleeps. */
function readIdle(input: SimulationInput, state: State, atMs: number, load: Load): IdleFacts | null {
  if (!canSleep(steer({ ...input, now: input.startAt + atMs }))) return null;
  const rate = load.requestsPerSecond ?? null;
  const traffic: Traffic =
    rate === null
      ? { kind: 'missing', reason: 'no curve of requests' }
      : { kind: 'value', requests: rate > 0 ? atMs + 1 : 0 };
  state.idle = advanceIdle(state.idle, traffic, atMs);
  const { idleMs } = input.scale;
  return judgeIdle({ idleMs, quietMs: atMs - state.idle.quietSince, traffic, connections: 0, users: [] });
}

function ask(
  { app, service, scale, startAt }: SimulationInput,
  state: State,
  {
    atMs,
    ready,
    signals,
    trigger,
  }: { atMs: number; ready: number; signals: Signal[]; trigger: 'alert' | 'loop' },
  { min, max }: { min: number; max: number },
): ScalingQuestion {
  const { cooldownUpMs, cooldownDownMs, stabilizationMs, targets } = scale;
  return {
    trigger,
    app,
    service,
    replicas: { desired: state.replicas, ready },
    bounds: { min, max, cooldownUpMs, cooldownDownMs, stabilizationMs },
    targets,
    signals,
    alert: null,
    sinceLastUpMs: state.lastUpAt === null ? null : atMs - state.lastUpAt,
    sinceLastDownMs: state.lastDownAt === null ? null : atMs - state.lastDownAt,
    now: startAt + atMs,
  };
}

/** The newest go first, as in the live loop. */
function apply({ readyMs }: SimulationInput, state: State, to: number, atMs: number): void {
  if (to > state.replicas) {
    state.lastUpAt = atMs;
    for (let next = state.replicas; next < to; next += 1) state.readyAt.push(atMs + readyMs);
  } else {
    state.lastDownAt = atMs;
    state.readyAt.splice(to);
  }
  state.replicas = to;
}

export type SimulationSummary = {
  durationMs: number;
  /** Changes of the replicas wanted. */
  changes: number;
  most: number;
  least: number;
  /** Replicas wanted × hours, and what staying at the most allowed all the time would be. */
  replicaHours: number;
  replicaHoursAtMax: number;
};

/** The whole of a simulation in figures. `max` as in the release. */
export function summarise(
  steps: readonly SimulatedStep[],
  { stepMs, max }: { stepMs: number; max: number },
): SimulationSummary {
  const sizes = steps.map(({ replicas }) => replicas);
  const hours = (replicas: number): number => Math.round((replicas * stepMs) / 3_600) / 1_000;
  return {
    durationMs: (steps.length - 1) * stepMs,
    changes: steps.filter(({ evaluated, replicas }) => evaluated !== null && evaluated.from !== replicas)
      .length,
    most: Math.max(0, ...sizes),
    least: Math.min(...sizes),
    replicaHours: hours(sizes.reduce((sum, size) => sum + size, 0)),
    replicaHoursAtMax: hours(max * steps.length),
  };
}
