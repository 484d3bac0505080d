import type { App } from '../core/app/app.ts';
import type { Decision, HealingQuestion, HealingVerdict } from '../core/decision/decision.ts';
import { toCraneError } from '../core/error/crane-error.ts';
import { restartDelayMs } from '../core/healing/backoff.ts';
import type { InstanceFacts } from '../core/plan/plan-service.ts';
import { instanceLabel } from '../core/service/instance.ts';
import { instanceMemory, type AppMemory } from './app-memory.ts';
import { launch, tell, type ControlState } from './control-state.ts';

const recentMs = 600_000;
/** A service that gave up is looked at again after this long. */
const giveUpMs = 300_000;

/** Asks the policy what to do with a failed instance, once per failure, and records the decision. The plan acts when the time has come. */
export function decideHealing(
  state: ControlState,
  app: App,
  memory: AppMemory,
  item: InstanceFacts,
  failure: HealingQuestion['failure'],
): void {
  const known = instanceMemory(memory, item.id);
  if (known.healAt !== null) return;
  known.healAt = Number.MAX_SAFE_INTEGER;
  launch(state, app, `heal ${instanceLabel(item)}`, async () => {
    const question = ask(state, app, memory, item, failure);
    const { verdict, fallback } = await answer(state, question);
    const delayMs = verdict.action === 'give-up' ? giveUpMs : verdict.delayMs;
    known.healAt = state.deps.clock.now() + delayMs;
    record(state, app, { item, question, verdict, fallback, delayMs });
  });
}

function ask(
  state: ControlState,
  app: App,
  memory: AppMemory,
  item: InstanceFacts,
  failure: HealingQuestion['failure'],
): HealingQuestion {
  const now = state.deps.clock.now();
  const status = memory.plan?.services.find((service) => service.service === item.service);
  return {
    app: app.uniqueName,
    service: item.service,
    instance: instanceLabel(item),
    failure,
    recentRestarts: state.deps.store.decisions.countRestartsSince(app.id, item.service, now - recentMs),
    replicas: { desired: status?.desired ?? 0, ready: status?.ready ?? 0 },
    now,
  };
}

/** With the policy engine down, a built-in back-off still brings crashed instances back. */
async function answer(
  state: ControlState,
  question: HealingQuestion,
): Promise<{ verdict: HealingVerdict; fallback: string | null }> {
  try {
    return { verdict: await state.deps.policy.decideHealing(question, state.signal), fallback: null };
  } catch (error) {
    const delayMs = restartDelayMs(question.recentRestarts);
    const reason = `${question.instance} ${question.failure.text}; built-in back-off, since the policy engine gave no answer`;
    return {
      verdict: {
        action: delayMs === 0 ? 'replace' : 'back-off',
        delayMs,
        reason,
        policyRevision: 'built-in',
      },
      fallback: toCraneError(error).message,
    };
  }
}

type Outcome = {
  item: InstanceFacts;
  question: HealingQuestion;
  verdict: HealingVerdict;
  fallback: string | null;
  delayMs: number;
};

function record(state: ControlState, app: App, outcome: Outcome): void {
  const { store, clock, newId } = state.deps;
  const { item, question, verdict } = outcome;
  const at = clock.now();
  const desired = store.targets.get(app.id, item.service)?.replicas ?? question.replicas.desired;
  const decision: Decision = {
    id: newId('d'),
    at,
    appId: app.id,
    app: app.uniqueName,
    service: item.service,
    family: 'healing',
    trigger: 'event',
    verdict: verdict.action === 'replace' ? 'replace' : 'back-off',
    from: desired,
    to: desired,
    reason: verdict.reason,
    policyRevision: verdict.policyRevision,
    bounds: { min: desired, max: desired },
    clamps: [],
    alert: null,
    question,
    answer: verdict,
    effect: { status: 'pending', instances: [], tookMs: null, error: outcome.fallback },
    repeats: 0,
    lastAt: at,
  };
  store.decisions.record(decision);
  tell(
    state,
    app,
    'decision',
    `${verdict.reason}${outcome.delayMs > 0 ? ` (in ${Math.round(outcome.delayMs / 1000)} s)` : ''}`,
    { decision: decision.id, service: item.service, verdict: decision.verdict },
  );
}
