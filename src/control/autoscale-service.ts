import type { Alert } from '../core/alert/alert.ts';
import type { App } from '../core/app/app.ts';
import type { ComposeService } from '../core/compose/compose-project.ts';
import { scaleSettings, type ScaleSettings } from '../core/compose/x-crane.ts';
import type { Decision } from '../core/decision/decision.ts';
import { explainSentence } from '../core/decision/explain.ts';
import { toCraneError } from '../core/error/crane-error.ts';
import { clampScaling } from '../core/scaling/clamp-scaling.ts';
import { recordRecommendation } from '../core/scaling/recommendations.ts';
import type { ScalingDecision, ScalingQuestion, ScalingVerdict } from '../core/scaling/scaling.ts';
import { signalNames } from '../core/signal/signal.ts';
import { serviceMemory, type ServiceMemory } from './app-memory.ts';
import { memoryOf, tell, type ControlState } from './control-state.ts';

type Request = {
  app: App;
  service: string;
  spec: ComposeService;
  trigger: 'alert' | 'loop';
  alert: Alert | null;
};

/** One evaluation: read signals → ask the policy → bound it → record → set the replicas wanted. Returns the decision's id. */
export async function autoscaleService(state: ControlState, request: Request): Promise<string> {
  const { app, service, spec } = request;
  const { store, clock, metrics } = state.deps;
  const scale = scaleSettings(spec);
  const memory = serviceMemory(memoryOf(state, app.id), service);
  const desired = store.targets.get(app.id, service)?.replicas ?? scale.min;
  const ready = memoryOf(state, app.id).plan?.services.find((item) => item.service === service)?.ready ?? 0;
  const names = signalNames.filter((name) => scale.targets[name] !== undefined);
  const signals = await metrics.readSignals(
    { app: app.uniqueName, service, names, replicas: Math.max(ready, 1), now: clock.now() },
    state.signal,
  );
  memory.signals = signals;
  const question: ScalingQuestion = {
    trigger: request.trigger,
    app: app.uniqueName,
    service,
    replicas: { desired, ready },
    bounds: {
      min: scale.min,
      max: scale.max,
      cooldownUpMs: scale.cooldownUpMs,
      cooldownDownMs: scale.cooldownDownMs,
      stabilizationMs: scale.stabilizationMs,
    },
    targets: scale.targets,
    signals,
    alert:
      request.alert === null
        ? null
        : {
            name: request.alert.name,
            status: request.alert.status,
            severity: request.alert.severity,
            fingerprint: request.alert.fingerprint,
            startsAt: request.alert.startsAt,
          },
    ...sinceChanges(state, app, service, memory),
    now: clock.now(),
  };
  const { verdict, isUnanswered } = await askPolicy(state, question);
  return record(state, request, { memory, scale, question, verdict, isUnanswered });
}

async function askPolicy(
  state: ControlState,
  question: ScalingQuestion,
): Promise<{ verdict: ScalingVerdict; isUnanswered: boolean }> {
  try {
    return { verdict: await state.deps.policy.decideScaling(question, state.signal), isUnanswered: false };
  } catch (error) {
    const reason = `the policy engine gave no usable answer (${toCraneError(error).message})`;
    return { verdict: { target: null, reason, perSignal: {}, policyRevision: 'none' }, isUnanswered: true };
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

type Answered = {
  memory: ServiceMemory;
  scale: ScaleSettings;
  question: ScalingQuestion;
  verdict: ScalingVerdict;
  isUnanswered: boolean;
};

/** Bounds the verdict against what is wanted at this very moment, then records and acts in one transaction. */
function record(state: ControlState, request: Request, answered: Answered): string {
  const { store, clock } = state.deps;
  const { memory, scale, question, verdict } = answered;
  const tick = clock.monotonic();
  return store.transaction(() => {
    const current = store.targets.get(request.app.id, request.service)?.replicas ?? scale.min;
    memory.recommendations = recordRecommendation(
      memory.recommendations,
      { at: tick, target: verdict.target ?? current },
      scale.stabilizationMs,
    );
    // Nothing is known of the time before the first evaluation, and what a person set counts as recommended now: both
    // hold for one stabilisation window.
    if (memory.lastTarget !== current) memory.recommendations.push({ at: tick, target: current });
    memory.evaluatedAt = tick;
    const decision = clampScaling({
      verdict,
      bounds: question.bounds,
      mode: scale.mode,
      current,
      recommendations: memory.recommendations,
      sinceLastUpMs: question.sinceLastUpMs,
      sinceLastDownMs: question.sinceLastDownMs,
      now: tick,
    });
    memory.lastTarget = decision.kind === 'scale' ? decision.to : current;
    const row = toRow(state, request, answered, decision);
    const last = store.decisions.last(request.app.id, request.service, 'scaling');
    if (last !== null && isSameHold(last, row)) {
      store.decisions.repeat(last.id, row.at);
      return last.id;
    }
    store.decisions.record(row);
    if (decision.kind === 'scale') {
      store.targets.set({
        appId: request.app.id,
        service: request.service,
        replicas: decision.to,
        at: row.at,
      });
      if (decision.to > decision.from) memory.lastUpAt = tick;
      else memory.lastDownAt = tick;
      tell(state, request.app, 'decision', explainSentence(row), {
        decision: row.id,
        service: request.service,
        verdict: row.verdict,
        from: row.from,
        to: row.to,
        trigger: row.trigger,
      });
      state.nudge(request.app.id);
    } else if (row.trigger === 'alert') {
      tell(state, request.app, 'decision', explainSentence(row), {
        decision: row.id,
        service: request.service,
        verdict: row.verdict,
        from: row.from,
        to: row.to,
        trigger: row.trigger,
      });
    }
    return row.id;
  });
}

function toRow(
  state: ControlState,
  request: Request,
  { question, verdict, isUnanswered }: Answered,
  decision: ScalingDecision,
): Decision {
  const at = state.deps.clock.now();
  const from = decision.kind === 'scale' ? decision.from : decision.at;
  const to = decision.kind === 'scale' ? decision.to : decision.at;
  return {
    id: state.deps.newId('d'),
    at,
    appId: request.app.id,
    app: request.app.uniqueName,
    service: request.service,
    family: 'scaling',
    trigger: request.trigger,
    verdict: decision.kind === 'hold' ? 'hold' : to > from ? 'scale-out' : 'scale-in',
    from,
    to,
    reason: decision.reason,
    policyRevision: isUnanswered ? null : verdict.policyRevision,
    bounds: { min: question.bounds.min, max: question.bounds.max },
    clamps: decision.clamps,
    alert: request.alert,
    question,
    answer: isUnanswered ? null : verdict,
    effect: {
      status: decision.kind === 'scale' ? 'pending' : 'none',
      instances: [],
      tookMs: null,
      error: null,
    },
    repeats: 0,
    lastAt: at,
  };
}

/** Holds of the regular loop for the same cause are one row with a count; whatever an alert caused is a row of its own. */
function isSameHold(last: Decision, next: Decision): boolean {
  const isLoopHold = (row: Decision): boolean => row.verdict === 'hold' && row.trigger === 'loop';
  if (
    !isLoopHold(last) ||
    !isLoopHold(next) ||
    last.to !== next.to ||
    last.policyRevision !== next.policyRevision
  )
    return false;
  const causes = (row: Decision): string => row.clamps.map((clamp) => clamp.bound).join();
  const isBlind = (row: Decision): boolean =>
    row.answer === null || !('target' in row.answer) || row.answer.target === null;
  return causes(last) === causes(next) && isBlind(last) === isBlind(next);
}
