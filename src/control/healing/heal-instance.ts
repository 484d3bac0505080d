import { pinPolicy } from '../../actions/policy-in-force.ts';
import { trialNote } from '../trial-note.ts';
import type { App } from '../../core/app/app.ts';
import type { Decision, HealingQuestion, HealingVerdict } from '../../core/decision/decision.ts';
import { toCraneError } from '../../core/error/crane-error.ts';
import { restartDelayMs } from '../../core/healing/backoff.ts';
import { boundHealing } from '../../core/healing/bound-healing.ts';
import type { InstanceFacts } from '../../core/plan/instance-facts.ts';
import type { Clamp } from '../../core/scaling/scaling.ts';
import { instanceLabel } from '../../core/service/instance.ts';
import { instanceMemory, troubleAfter, type AppMemory, type InstanceMemory } from '../app-memory.ts';
import { launch, memoryOf, tell, type ControlState } from '../control-state.ts';
import { countRecentRestarts, rememberRestart, takeOpenHealing } from './healing-history.ts';
import { notePolicy } from '../scaling/note-policy.ts';

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
  if (known.healing !== null) return;
  const before = takeOpenHealing(state, app, memory, item);
  if (before !== null) {
    known.healing = { decided: goOn(state, before) };
    state.nudge(app.id);
    return;
  }
  const asked: InstanceMemory['healing'] = { decided: null };
  known.healing = asked;
  const question = ask(state, app, memory, item, failure);
  launch(state, app, `heal ${instanceLabel(item)}`, async () => {
    try {
      const [answer] = await Promise.all([answerTo(state, app, question), known.telling]);
      // It may have recovered, or gone, while the policy was asked.
      if (known.healing === asked) decide(state, app, memory, { item, known, question, ...answer });
    } catch (error) {
      if (known.healing === asked) known.healing = null;
      known.trouble = troubleAfter(known.trouble, error, state.deps.clock.monotonic());
      throw error;
    }
  });
}

function ask(
  state: ControlState,
  app: App,
  memory: AppMemory,
  item: InstanceFacts,
  failure: HealingQuestion['failure'],
): HealingQuestion {
  const status = memory.plan?.services.find((service) => service.service === item.service);
  const replicas = { desired: status?.desired ?? 0, ready: status?.ready ?? 0 };
  return {
    app: app.uniqueName,
    service: item.service,
    instance: instanceLabel(item),
    failure,
    recentRestarts: countRecentRestarts(state, app, memory, item, replicas.desired),
    replicas,
    now: state.deps.clock.now(),
  };
}

/** `clamp`: what bounds the verdict of an app's own policy. */
type Answer = { verdict: HealingVerdict; clamp: Clamp | null; fallback: string | null };

/** With the policy engine down, or a policy that gives nothing usable, a built-in back-off still brings crashed instances back. */
async function answerTo(state: ControlState, app: App, question: HealingQuestion): Promise<Answer> {
  const { pin, ownBounds } = pinPolicy(state.deps.store, app.id, 'healing');
  try {
    const verdict = await state.deps.policy.decideHealing(question, state.signal, pin);
    notePolicy(state, app, { kind: 'healing', pin, error: null });
    const { recentRestarts } = question;
    const clamp = ownBounds === null ? null : boundHealing(verdict, { recentRestarts, ...ownBounds });
    return { verdict, clamp, fallback: null };
  } catch (error) {
    state.signal.throwIfAborted();
    notePolicy(state, app, { kind: 'healing', pin, error });
    const delayMs = restartDelayMs(question.recentRestarts);
    const reason = `${question.instance} ${question.failure.text}; built-in back-off, since the policy engine gave no answer`;
    return {
      verdict: {
        action: delayMs === 0 ? 'replace' : 'back-off',
        delayMs,
        reason,
        policyRevision: 'built-in',
      },
      clamp: null,
      fallback: toCraneError(error).message,
    };
  }
}

type Decided = Answer & { item: InstanceFacts; known: InstanceMemory; question: HealingQuestion };

function decide(state: ControlState, app: App, memory: AppMemory, decided: Decided): void {
  const { item, known, question, verdict } = decided;
  const decision = toDecision(state, app, decided);
  state.deps.store.decisions.record(decision);
  const delayMs = delayOf(verdict, decided.clamp);
  known.trouble = null;
  known.healing = {
    decided: {
      at: state.deps.clock.monotonic() + delayMs,
      restarts: question.recentRestarts,
      isGivenUp: verdict.action === 'give-up',
      decision: decision.id,
    },
  };
  memory.mayHavePending = true;
  rememberRestart(memory, item, decision.at);
  state.deps.crashPoint('heal.decided');
  const later = verdict.action === 'give-up' ? `; tried again in ${Math.round(delayMs / 1000)} s` : '';
  tell(state, app, 'decision', `${verdict.reason}${later}`, {
    decision: decision.id,
    service: item.service,
    verdict: decision.verdict,
  });
}

function delayOf({ action, delayMs }: HealingVerdict, clamp: Clamp | null): number {
  return action === 'give-up' ? giveUpMs : (clamp?.to ?? delayMs);
}

/** A decision of before a restart of Crane still holds, and so does what is left of its wait. */
function goOn(
  state: ControlState,
  decision: Decision,
): NonNullable<NonNullable<InstanceMemory['healing']>['decided']> {
  const { question, answer } = decision;
  const delayMs = answer !== null && 'action' in answer ? delayOf(answer, decision.clamps[0] ?? null) : 0;
  const left = decision.at + delayMs - state.deps.clock.now();
  return {
    at: state.deps.clock.monotonic() + Math.min(delayMs, Math.max(0, left)),
    restarts: question !== null && 'recentRestarts' in question ? question.recentRestarts : 0,
    isGivenUp: decision.verdict === 'back-off',
    decision: decision.id,
  };
}

/** `replace` = at once or after the wait that the answer names; `back-off` = given up for now. */
function toDecision(
  state: ControlState,
  app: App,
  { item, question, verdict, clamp, fallback }: Decided,
): Decision {
  const { store, clock, newId } = state.deps;
  const at = clock.now();
  const desired = store.targets.get(app.id, item.service)?.replicas ?? question.replicas.desired;
  return {
    id: newId('d'),
    at,
    appId: app.id,
    app: app.uniqueName,
    service: item.service,
    family: 'healing',
    trigger: 'event',
    verdict: verdict.action === 'give-up' ? 'back-off' : 'replace',
    from: desired,
    to: desired,
    reason: `${verdict.reason}${trialNote(memoryOf(state, app), item.service)}`,
    policyRevision: verdict.policyRevision,
    bounds: { min: desired, max: desired },
    clamps: clamp === null ? [] : [clamp],
    steering: null,
    alert: null,
    question,
    answer: verdict,
    effect: { status: 'pending', instances: [], tookMs: null, error: fallback },
    repeats: 0,
    lastAt: at,
  };
}
