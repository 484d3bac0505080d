import type { AnsweredScaling, ScalingRequest } from './scaling-request.ts';
import { pinPolicy } from '../../actions/policy-in-force.ts';
import { readSteering } from '../../actions/read-steering.ts';
import type { Alert } from '../../core/alert/alert.ts';
import { scalingAlertName } from '../../core/alert/scaling-alert-name.ts';
import { describeSilence, findSilence, type Silence } from '../../core/alert/silence.ts';
import type { App } from '../../core/app/app.ts';
import { scaleSettings, type ScaleSettings } from '../../core/compose/scale-settings.ts';
import { toCraneError } from '../../core/error/crane-error.ts';
import type { ScalingQuestion } from '../../core/scaling/scaling.ts';
import { signalNames, type SignalName } from '../../core/signal/signal.ts';
import { serviceMemory, type ServiceMemory } from '../app-memory.ts';
import { memoryOf, type ControlState } from '../control-state.ts';
import { notePolicy } from './note-policy.ts';
import { readIdle } from './read-idle.ts';
import { recordScaling } from './record-scaling.ts';

/**
 * One evaluation: read signals → ask the policy → bound it → record → set the replicas wanted. Returns the decision's id;
 * null when the app was changed meanwhile, so that nothing was decided.
 */
export async function autoscaleService(state: ControlState, request: ScalingRequest): Promise<string | null> {
  const { app, service, spec } = request;
  const { store, clock, metrics } = state.deps;
  const scale = scaleSettings(spec);
  const { min, max } = readSteering(store, { appId: app.id, service, spec, now: clock.now() });
  const memory = memoryOf(state, app);
  const desired = store.targets.get(app.id, service)?.replicas ?? min;
  const ready = memory.plan?.services.find((item) => item.service === service)?.ready ?? 0;
  const { silence, names } = silencedOf(state, request, scale);
  const known = serviceMemory(memory, service);
  const [signals, idle] = await Promise.all([
    metrics.readSignals(
      { app: app.engineName, service, names, replicas: Math.max(ready, 1), now: clock.now() },
      state.signal,
    ),
    silence !== null ? null : readIdle(state, { app, service, spec, bounds: { min, max } }),
  ]);
  known.signals = signals;
  const { cooldownUpMs, cooldownDownMs, stabilizationMs } = scale;
  const question: ScalingQuestion = {
    trigger: request.trigger,
    app: app.uniqueName,
    service,
    replicas: { desired, ready },
    bounds: { min, max, cooldownUpMs, cooldownDownMs, stabilizationMs },
    targets: Object.fromEntries(names.map((name) => [name, scale.targets[name]])),
    signals: known.signals,
    alert: request.alert === null ? null : askedAlert(request.alert),
    ...sinceChanges(state, app, service, known),
    now: clock.now(),
  };
  const answer =
    silence !== null
      ? unasked(null, describeSilence(silence))
      : names.length === 0
        ? unasked(desired, 'no signal has a target: only its bounds count')
        : await askPolicy(state, app, question);
  return recordScaling(state, request, { scale, question, idle, ...answer });
}

type PolicyAnswer = Omit<AnsweredScaling, 'scale' | 'question' | 'idle'>;

/**
 * No policy is asked: a service with schedules and no signal keeps its size within the bounds of the hour, one whose alerts
 * are silenced holds.
 */
function unasked(target: number | null, reason: string): PolicyAnswer {
  const verdict = { target, reason, perSignal: {}, policyRevision: 'none' };
  return { verdict, isUnanswered: true, failedRevision: null, mostAtOnce: null };
}

/** Signals whose alert is silenced are not looked at; with none left, and while all alerts of the service are silenced, it holds. */
function silencedOf(
  { deps: { store, clock } }: ControlState,
  request: ScalingRequest,
  { targets }: ScaleSettings,
): { silence: Silence | null; names: SignalName[] } {
  const { app, service } = request;
  const now = clock.now();
  const silences = store.silences.active(app.id, now);
  const all = signalNames.filter((name) => targets[name] !== undefined);
  const silenceOf = (name: SignalName): Silence | null =>
    findSilence(silences, { service, alert: scalingAlertName(name) }, now);
  const names = all.filter((name) => silenceOf(name) === null);
  const [first] = all;
  const whole = request.silence ?? findSilence(silences, { service, alert: null }, now);
  const silence = whole ?? (first !== undefined && names.length === 0 ? silenceOf(first) : null);
  return { silence, names: silence === null ? names : all };
}

function askedAlert({ name, status, severity, fingerprint, startsAt }: Alert): ScalingQuestion['alert'] {
  return { name, status, severity, fingerprint, startsAt };
}

/** A policy that gives nothing usable holds, whoever it is of: no other one decides in its place. */
async function askPolicy(state: ControlState, app: App, question: ScalingQuestion): Promise<PolicyAnswer> {
  const { pin, ownBounds } = pinPolicy(state.deps.store, app.id, 'scaling');
  const mostAtOnce = ownBounds?.mostAtOnce ?? null;
  try {
    const verdict = await state.deps.policy.decideScaling(question, state.signal, pin);
    notePolicy(state, app, { kind: 'scaling', pin, error: null });
    return { verdict, isUnanswered: false, failedRevision: null, mostAtOnce };
  } catch (error) {
    state.signal.throwIfAborted();
    notePolicy(state, app, { kind: 'scaling', pin, error });
    const which = pin === undefined ? 'the policy engine' : `policy ${pin.revision}`;
    const reason = `${which} gave no usable answer (${toCraneError(error).message})`.slice(0, 500);
    const verdict = { target: null, reason, perSignal: {}, policyRevision: 'none' };
    return { verdict, isUnanswered: true, failedRevision: pin?.revision ?? null, mostAtOnce };
  }
}

function sinceChanges(
  state: ControlState,
  app: App,
  service: string,
  memory: ServiceMemory,
): Pick<ScalingQuestion, 'sinceLastUpMs' | 'sinceLastDownMs'> {
  const { store, clock } = state.deps;
  const since = (at: number | null, direction: 'scale-out' | 'scale-in'): number | null => {
    if (at !== null) return clock.monotonic() - at;
    const last = store.decisions.lastChange(app.id, service, direction);
    return last === null ? null : Math.max(0, clock.now() - last.at);
  };
  return {
    sinceLastUpMs: since(memory.lastUpAt, 'scale-out'),
    sinceLastDownMs: since(memory.lastDownAt, 'scale-in'),
  };
}
