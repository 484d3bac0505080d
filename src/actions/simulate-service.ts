import type { App } from '../core/app/app.ts';
import type { ComposeService } from '../core/compose/compose-project.ts';
import { scaleSettings } from '../core/compose/scale-settings.ts';
import { CraneError } from '../core/error/crane-error.ts';
import { samplePhases, samplePoints, type CurvePhase, type CurvePoint } from '../core/scaling/load-curve.ts';
import {
  simulateScaling,
  summarise,
  type SimulatedStep,
  type SimulationInput,
  type SimulationSummary,
} from '../core/scaling/simulate-scaling.ts';
import type { PolicyPin } from '../core/policy/policy-text.ts';
import type { ScalingQuestion, ScalingVerdict } from '../core/scaling/scaling.ts';
import { signalNames, type SignalName } from '../core/signal/signal.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';
import { simulatedPolicy, type SimulatedPolicy } from './simulated-policy.ts';

export type SimulatedLoad =
  | { kind: 'phases'; signal: SignalName; phases: readonly CurvePhase[] }
  | { kind: 'points'; signal: SignalName; points: readonly { atMs: number; value: number | null }[] }
  /** What was measured in the time before now. */
  | { kind: 'recorded'; lastMs: number };

export type SimulateOrder = {
  app: string;
  /** Absent = the only service with a signal. */
  service?: string;
  load: SimulatedLoad;
  /** Absent = as wanted now. */
  replicas?: number;
  readyMs: number;
  /** A saved revision of the app's scaling policy, or a draft; absent = the policy in force. */
  policy?: SimulatedPolicy;
};

export type Simulation = {
  app: string;
  service: string;
  policyRevision: string | null;
  stepMs: number;
  min: number;
  max: number;
  summary: SimulationSummary;
  steps: readonly SimulatedStep[];
};

export const longestSimulationMs = 24 * 3_600_000;
/** As many steps at most; longer loads are looked at less often. */
const mostSteps = 3_600;
/** The shipped paces of the live loop. */
const pace = { fastLoopMs: 1_000, slowLoopMs: 15_000 };

/**
 * Walks the live loop's decisions over a described or recorded load as if in mode `auto`, with the policy in force or a draft,
 * the schedules, and a simulated clock. Nothing is changed. Throws `input.invalid` for a load that the service has no target for.
 */
export async function simulateService(
  deps: Pick<ActionDeps, 'store' | 'clock' | 'policy' | 'policyWorkbench' | 'recordings'>,
  actor: Actor,
  order: SimulateOrder,
  signal?: AbortSignal,
): Promise<Simulation> {
  const app = findApp(deps, actor, order.app);
  const { service, spec } = chooseService(deps, app, order.service);
  const scale = scaleSettings(spec);
  const { pin, mostAtOnce } = await simulatedPolicy(deps, actor, { app, policy: order.policy }, signal);
  const { curves, stepMs, startAt } = await curvesOf(
    deps,
    { app, service, targets: scale.targets },
    order.load,
    signal,
  );
  const input: SimulationInput = {
    app: app.uniqueName,
    service,
    // What would be done by itself: a mode or an override of now would only hide it.
    scale: { ...scale, mode: 'auto' },
    control: null,
    schedules: deps.store.schedules.list(app.id).filter((schedule) => schedule.service === service),
    startAt,
    replicas: order.replicas ?? deps.store.targets.get(app.id, service)?.replicas ?? scale.min,
    readyMs: order.readyMs,
    stepMs,
    ...pace,
    mostAtOnce,
    curves,
  };
  let policyRevision: string | null = null;
  const steps: SimulatedStep[] = [];
  const run = simulateScaling(input, async (question) => {
    const verdict = await askOrHold(deps, question, { signal, pin });
    ({ policyRevision } = verdict);
    return verdict;
  });
  for await (const step of run) steps.push(step);
  const { min, max } = scale;
  const summary = summarise(steps, { stepMs, max });
  return { app: app.uniqueName, service, policyRevision, stepMs, min, max, summary, steps };
}

/** As in the live loop: nothing usable holds. An engine that is down ends the simulation. */
async function askOrHold(
  { policy }: Pick<ActionDeps, 'policy'>,
  question: ScalingQuestion,
  { signal, pin }: { signal: AbortSignal | undefined; pin: PolicyPin | undefined },
): Promise<ScalingVerdict> {
  try {
    return await policy.decideScaling(question, signal, pin);
  } catch (error) {
    if (!(error instanceof CraneError) || error.code !== 'policy.bad_output') throw error;
    const reason = `the policy gave no usable answer (${error.message})`.slice(0, 500);
    return { target: null, reason, perSignal: {}, policyRevision: pin?.revision ?? 'none' };
  }
}

function chooseService(
  deps: Pick<ActionDeps, 'store'>,
  app: App,
  named: string | undefined,
): { service: string; spec: ComposeService } {
  const release = app.releaseNumber === null ? null : deps.store.releases.find(app.id, app.releaseNumber);
  const scaled = Object.entries(release?.project.services ?? {}).filter(
    ([, spec]) => Object.keys(scaleSettings(spec).targets).length > 0,
  );
  const found =
    named === undefined && scaled.length === 1 ? scaled[0] : scaled.find(([name]) => name === named);
  if (found !== undefined) return { service: found[0], spec: found[1] };
  const names = scaled.map(([name]) => name).join(', ') || 'none';
  const isKnown = named !== undefined && release?.project.services[named] !== undefined;
  if (named !== undefined && !isKnown)
    throw new CraneError('service.not_found', {
      message: `${app.uniqueName} has no service ${JSON.stringify(named.slice(0, 80))}.`,
      fix: `Services that scale by a signal: ${names}.`,
    });
  const message =
    named === undefined
      ? `must be named: services of ${app.uniqueName} that scale by a signal are ${names}`
      : `${named} has no x-crane.scale.target: nothing would scale it`;
  throw new CraneError('input.invalid', {
    message: `There is nothing to simulate: ${message}.`,
    fix: 'Name a service that scales by a signal, as in shop-1/web.',
    errors: [{ pointer: '/service', message }],
  });
}

type Curves = Pick<SimulationInput, 'curves' | 'stepMs' | 'startAt'>;
type Place = { app: App; service: string; targets: Partial<Record<SignalName, number>> };

async function curvesOf(
  deps: Pick<ActionDeps, 'clock' | 'recordings'>,
  place: Place,
  load: SimulatedLoad,
  signal: AbortSignal | undefined,
): Promise<Curves> {
  const now = deps.clock.now();
  if (load.kind === 'recorded') return recordedCurves(deps, place, load.lastMs, signal);
  if (place.targets[load.signal] === undefined) {
    const message = `${place.service} has no target for ${load.signal}`;
    throw new CraneError('input.invalid', {
      message: `The load would be without effect: ${message}.`,
      fix: `It scales by ${Object.keys(place.targets).join(', ')}.`,
      errors: [{ pointer: '/load/signal', message }],
    });
  }
  const lengthMs =
    load.kind === 'phases'
      ? load.phases.reduce((sum, { durationMs }) => sum + durationMs, 0)
      : (load.points.at(-1)?.atMs ?? 0);
  const stepMs = stepOf(lengthMs);
  const curve: CurvePoint[] =
    load.kind === 'phases' ? samplePhases(load.phases, stepMs) : samplePoints(load.points, stepMs);
  return { curves: { [load.signal]: curve }, stepMs, startAt: now };
}

async function recordedCurves(
  { clock, recordings }: Pick<ActionDeps, 'clock' | 'recordings'>,
  { app, service, targets }: Place,
  lastMs: number,
  signal: AbortSignal | undefined,
): Promise<Curves> {
  const stepMs = stepOf(lastMs);
  const to = Math.floor(clock.now() / stepMs) * stepMs;
  const from = to - Math.floor(lastMs / stepMs) * stepMs;
  const names = signalNames.filter((name) => targets[name] !== undefined);
  const all = await recordings.readSeries({ app: app.engineName, service, names, from, to, stepMs }, signal);
  const curves = Object.fromEntries(
    all.map(({ name, points }) => [name, points.map(({ at, value }) => ({ atMs: at - from, value }))]),
  );
  return { curves, stepMs, startAt: from };
}

function stepOf(lengthMs: number): number {
  if (lengthMs > 0 && lengthMs <= longestSimulationMs)
    return Math.max(1, Math.ceil(lengthMs / 1_000 / mostSteps)) * 1_000;
  const message = `must last up to 24 hours (saw ${Math.round(lengthMs / 1000)} s)`;
  throw new CraneError('input.invalid', {
    message: `The load ${message}.`,
    errors: [{ pointer: '/load', message }],
  });
}
