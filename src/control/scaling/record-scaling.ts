import { readSteering } from '../../actions/read-steering.ts';
import { quotaBoundOf } from '../../actions/require-quota.ts';
import type { App } from '../../core/app/app.ts';
import { trialNote } from '../trial-note.ts';
import type { Decision } from '../../core/decision/decision.ts';
import { explainSentence } from '../../core/decision/explain.ts';
import { isSameHold } from '../../core/decision/same-hold.ts';
import { troubleOfHold } from '../../core/decision/trouble-of-hold.ts';
import { clampScaling } from '../../core/scaling/clamp-scaling.ts';
import {
  highestRecommendation,
  recordRecommendation,
  type Recommendation,
} from '../../core/scaling/recommendations.ts';
import type { QuotaBound, ScalingDecision } from '../../core/scaling/scaling.ts';
import type { RecordedSteering } from '../../core/scaling/recorded-steering.ts';
import type { Steering } from '../../core/scaling/steering.ts';
import { serviceMemory, type ServiceMemory } from '../app-memory.ts';
import type { AnsweredScaling, ScalingRequest } from './scaling-request.ts';
import { memoryOf, tell, type ControlState } from '../control-state.ts';

type Recorded = {
  id: string;
  row: Decision | null;
  steering: RecordedSteering & Steering;
  recommendations: Recommendation[];
};

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
    const steered = readSteering(store, { appId: app.id, service, spec: request.spec, now: clock.now() });
    const current = store.targets.get(app.id, service)?.replicas ?? steered.min;
    const before = recommendedBefore(known, answered, current, tick);
    const { stabilizationMs } = answered.scale;
    const steering = {
      ...steered,
      current,
      ...(answered.idle === null ? {} : { idle: answered.idle }),
      recommended: highestRecommendation(before, tick - stabilizationMs),
      ...(answered.mostAtOnce === null ? {} : { mostAtOnce: answered.mostAtOnce }),
      ...rationOf(state, {
        app: now,
        request,
        wished: Math.max(answered.verdict.target ?? 0, steered.min),
        current,
      }),
    };
    const recommendations = recordRecommendation(
      before,
      { at: tick, target: answered.verdict.target ?? current },
      stabilizationMs,
    );
    const decision = bound(answered, { steering, recommendations, tick });
    const stored = storeRow(state, request, answered, { decision, steering });
    for (const { id } of request.alerts)
      store.alerts.setOutcome(id, { kind: 'decided', decisionId: stored.id });
    return { ...stored, steering, recommendations };
  });
  if (recorded === null) return null;
  const { row, steering } = recorded;
  known.recommendations = recorded.recommendations;
  known.lastTarget = row?.to ?? steering.current;
  known.evaluateAt = tick + paceOf(state, request, known.lastTarget, steering);
  if (row?.verdict === 'scale-out') known.lastUpAt = tick;
  if (row?.verdict === 'scale-in') known.lastDownAt = tick;
  tellAlerts(state, request);
  if (row === null) return recorded.id;
  const isChange = row.verdict !== 'hold';
  if (isChange) state.deps.crashPoint('scale.decided');
  if (isChange || row.trigger === 'alert' || troubleOfHold(row) !== null) tellDecision(state, request, row);
  if (isChange) {
    memory.mayHavePending = true;
    state.nudge(app.id);
  }
  return row.id;
}

/** What the owner's quota leaves, where more is wished for than there is. */
function rationOf(
  state: ControlState,
  { app, request, wished, current }: { app: App; request: ScalingRequest; wished: number; current: number },
): { quota?: QuotaBound } {
  const release = state.releases.find(app, app.releaseNumber);
  if (release === null || wished <= current) return {};
  const quota = quotaBoundOf(
    {
      store: state.deps.store,
      projectOf: (of) => state.releases.find(of, of.releaseNumber)?.project ?? null,
    },
    app,
    { project: release.project, service: request.service, current },
  );
  return quota === null ? {} : { quota };
}

/**
 * Nothing is known of the time before the first evaluation, and what a person set counts as recommended now: both hold for
 * one stabilisation window.
 */
function recommendedBefore(
  known: ServiceMemory,
  { scale }: AnsweredScaling,
  current: number,
  tick: number,
): Recommendation[] {
  return known.lastTarget === current
    ? known.recommendations
    : recordRecommendation(known.recommendations, { at: tick, target: current }, scale.stabilizationMs);
}

function bound(
  { verdict, question, idle }: AnsweredScaling,
  {
    steering,
    recommendations,
    tick,
  }: { steering: Recorded['steering']; recommendations: readonly Recommendation[]; tick: number },
): ScalingDecision {
  const { mode, override, window, current, min, max, mostAtOnce, quota } = steering;
  return clampScaling({
    verdict,
    bounds: { ...question.bounds, min, max },
    mode,
    override,
    window,
    mostAtOnce: mostAtOnce ?? null,
    quota: quota ?? null,
    idle,
    current,
    recommendations,
    sinceLastUpMs: question.sinceLastUpMs,
    sinceLastDownMs: question.sinceLastDownMs,
    now: tick,
  });
}

/** Busy services are evaluated often: those with an alert, or with more than their minimum. And each when its window changes. */
function paceOf(
  state: ControlState,
  { app, service }: ScalingRequest,
  target: number,
  { min, changesAt }: Steering,
): number {
  const { settings, store, clock } = state.deps;
  const isBusy = target > min || store.alerts.active(app.engineName, service).length > 0;
  const paceMs = isBusy ? settings.fastLoopMs : settings.slowLoopMs;
  return changesAt === null ? paceMs : Math.min(paceMs, Math.max(0, changesAt - clock.now()));
}

type Outcome = { decision: ScalingDecision; steering: Recorded['steering'] };

/** The new row; null when it only repeated the last one. */
function storeRow(
  state: ControlState,
  request: ScalingRequest,
  answered: AnsweredScaling,
  outcome: Outcome,
): { id: string; row: Decision | null } {
  const { decisions, targets } = state.deps.store;
  const row = toRow(state, request, answered, outcome);
  const last = decisions.last(request.app.id, request.service, 'scaling');
  if (last !== null && isSameHold(last, row)) {
    decisions.repeat(last.id, row.at);
    return { id: last.id, row: null };
  }
  decisions.record(row);
  if (outcome.decision.kind === 'scale')
    targets.set({ appId: request.app.id, service: request.service, replicas: row.to, at: row.at });
  return { id: row.id, row };
}

function toRow(
  state: ControlState,
  request: ScalingRequest,
  { question, verdict, isUnanswered, failedRevision }: AnsweredScaling,
  { decision, steering: { min, max, changesAt: _changesAt, ...steering } }: Outcome,
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
    reason: `${decision.reason}${trialNote(memoryOf(state, request.app), request.service)}`,
    policyRevision: isUnanswered ? failedRevision : verdict.policyRevision,
    bounds: { min, max },
    clamps: decision.clamps,
    steering,
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
      { alert: alert.name, service, fingerprint: alert.fingerprint, severity: alert.severity },
    );
}

export function tellDecision(
  state: ControlState,
  { app, service }: Pick<ScalingRequest, 'app' | 'service'>,
  row: Decision,
): void {
  const trouble = troubleOfHold(row);
  tell(state, app, 'decision', explainSentence(row), {
    decision: row.id,
    service,
    verdict: row.verdict,
    from: row.from,
    to: row.to,
    trigger: row.trigger,
    ...(trouble === null ? {} : { trouble }),
  });
}
