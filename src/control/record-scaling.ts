import type { Decision } from '../core/decision/decision.ts';
import { explainSentence } from '../core/decision/explain.ts';
import { isSameHold } from '../core/decision/same-hold.ts';
import { clampScaling } from '../core/scaling/clamp-scaling.ts';
import { recordRecommendation, type Recommendation } from '../core/scaling/recommendations.ts';
import type { ScalingDecision } from '../core/scaling/scaling.ts';
import { serviceMemory, type ServiceMemory } from './app-memory.ts';
import type { AnsweredScaling, ScalingRequest } from './autoscale-service.ts';
import { memoryOf, tell, type ControlState } from './control-state.ts';

type Recorded = { id: string; row: Decision | null; current: number; recommendations: Recommendation[] };

/**
 * Bounds the verdict against what is wanted at this very moment, then records the decision, its effect on the replicas and the
 * outcome of its alerts in one transaction. Null, and nothing recorded, when the app is not as it was asked about.
 */
export function recordScaling(
  state: ControlState,
  request: ScalingRequest,
  answered: AnsweredScaling,
): string | null {
  const { store, clock } = state.deps;
  const { app, service } = request;
  const tick = clock.monotonic();
  const memory = memoryOf(state, app);
  const known = serviceMemory(memory, service);
  const recorded = store.transaction((): Recorded | null => {
    const now = store.apps.find({ kind: 'all' }, app.id);
    if (now === null || now.intent !== 'running' || now.releaseNumber !== app.releaseNumber) return null;
    const current = store.targets.get(app.id, service)?.replicas ?? answered.scale.min;
    const recommendations = recommend(known, answered, current, tick);
    const decision = bound(answered, { current, recommendations, tick });
    const stored = storeRow(state, request, answered, decision);
    for (const { id } of request.alerts)
      store.alerts.setOutcome(id, { kind: 'decided', decisionId: stored.id });
    return { ...stored, current, recommendations };
  });
  if (recorded === null) return null;
  const { row, current } = recorded;
  known.recommendations = recorded.recommendations;
  known.lastTarget = row?.to ?? current;
  known.evaluateAt = tick + paceOf(state, request, known.lastTarget, answered.scale.min);
  if (row?.verdict === 'scale-out') known.lastUpAt = tick;
  if (row?.verdict === 'scale-in') known.lastDownAt = tick;
  tellAlerts(state, request);
  if (row === null) return recorded.id;
  const isChange = row.verdict !== 'hold';
  if (isChange) state.deps.crashPoint('scale.decided');
  if (isChange || row.trigger === 'alert') tellDecision(state, request, row);
  if (isChange) {
    memory.mayHavePending = true;
    state.nudge(app.id);
  }
  return row.id;
}

/**
 * Nothing is known of the time before the first evaluation, and what a person set counts as recommended now: both hold for
 * one stabilisation window.
 */
function recommend(
  known: ServiceMemory,
  { verdict, scale }: AnsweredScaling,
  current: number,
  tick: number,
): Recommendation[] {
  const list = recordRecommendation(
    known.recommendations,
    { at: tick, target: verdict.target ?? current },
    scale.stabilizationMs,
  );
  return known.lastTarget === current ? list : [...list, { at: tick, target: current }];
}

function bound(
  { verdict, question, scale }: AnsweredScaling,
  {
    current,
    recommendations,
    tick,
  }: { current: number; recommendations: readonly Recommendation[]; tick: number },
): ScalingDecision {
  return clampScaling({
    verdict,
    bounds: question.bounds,
    mode: scale.mode,
    current,
    recommendations,
    sinceLastUpMs: question.sinceLastUpMs,
    sinceLastDownMs: question.sinceLastDownMs,
    now: tick,
  });
}

/** Busy services are evaluated often: those with an alert, or with more than their minimum. */
function paceOf(state: ControlState, { app, service }: ScalingRequest, target: number, min: number): number {
  const { settings, store } = state.deps;
  const isBusy = target > min || store.alerts.active(app.uniqueName, service).length > 0;
  return isBusy ? settings.fastLoopMs : settings.slowLoopMs;
}

/** The new row; null when it only repeated the last one. */
function storeRow(
  state: ControlState,
  request: ScalingRequest,
  answered: AnsweredScaling,
  decision: ScalingDecision,
): { id: string; row: Decision | null } {
  const { decisions, targets } = state.deps.store;
  const row = toRow(state, request, answered, decision);
  const last = decisions.last(request.app.id, request.service, 'scaling');
  if (last !== null && isSameHold(last, row)) {
    decisions.repeat(last.id, row.at);
    return { id: last.id, row: null };
  }
  decisions.record(row);
  if (decision.kind === 'scale')
    targets.set({ appId: request.app.id, service: request.service, replicas: decision.to, at: row.at });
  return { id: row.id, row };
}

function toRow(
  state: ControlState,
  request: ScalingRequest,
  { question, verdict, isUnanswered }: AnsweredScaling,
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

function tellAlerts(state: ControlState, { app, service, alerts }: ScalingRequest): void {
  for (const { alert } of alerts)
    tell(
      state,
      app,
      alert.status === 'firing' ? 'alert.firing' : 'alert.resolved',
      `${alert.name} is ${alert.status} for ${service}`,
      { alert: alert.name, service, fingerprint: alert.fingerprint },
    );
}

function tellDecision(state: ControlState, { app, service }: ScalingRequest, row: Decision): void {
  tell(state, app, 'decision', explainSentence(row), {
    decision: row.id,
    service,
    verdict: row.verdict,
    from: row.from,
    to: row.to,
    trigger: row.trigger,
  });
}
