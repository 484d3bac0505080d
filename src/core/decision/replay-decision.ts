import { CraneError } from '../error/crane-error.ts';
import { clampScaling } from '../scaling/clamp-scaling.ts';
import {
  healingQuestionSchema,
  recordedSteeringSchema,
  scalingQuestionSchema,
} from '../scaling/question-schema.ts';
import type { Clamp, ScalingDecision, ScalingQuestion, ScalingVerdict } from '../scaling/scaling.ts';
import type { RecordedSteering } from '../scaling/recorded-steering.ts';
import type { Decision, HealingQuestion, HealingVerdict } from './decision.ts';
import { editInput, type Edits } from './edit-input.ts';

/** What a policy said and what became of it: recorded, or evaluated again. */
export type Outcome = {
  policyRevision: string | null;
  /** Replicas the policy wished for, `hold` for no opinion, or what it wanted done: `replace`, `back-off after 5000 ms`. */
  wish: string;
  reason: string;
  /** Replicas after the bounds; null when that was not recorded, and for healing. */
  to: number | null;
  clamps: readonly Clamp[];
};

export type Replay = {
  id: string;
  at: number;
  app: string;
  service: string;
  family: Decision['family'];
  /** Paths of the input that were set, and to what. */
  edits: Edits;
  recorded: Outcome;
  replayed: Outcome;
  isSame: boolean;
  /** In words, each with both sides: `wish 3 → 4`. */
  differences: readonly string[];
};

/** The input of a decision, ready to be asked again. */
export type ReplayInput =
  | { family: 'scaling'; question: ScalingQuestion; steering: RecordedSteering | null }
  | { family: 'healing'; question: HealingQuestion };

/**
 * The recorded input with edits; those that begin with `steering.` change what people had set. Throws `decision.no_input`
 * for decisions that no policy made, `input.invalid` for edits that do not fit.
 */
export function replayInput(decision: Decision, edits: Edits): ReplayInput {
  const { question } = decision;
  if (question === null || (decision.family === 'scaling' && decision.policyRevision === null))
    throw new CraneError('decision.no_input', {
      message: `${decision.id} was not made by a policy: there is nothing to evaluate again.`,
      fix: 'Choose one that a policy made; crane decisions lists them with their reasons.',
    });
  if (!('signals' in question))
    return { family: 'healing', question: editInput(question, edits, healingQuestionSchema) };
  const of = (isSteering: boolean): Edits =>
    Object.fromEntries(
      Object.entries(edits)
        .filter(([path]) => path.startsWith('steering.') === isSteering)
        .map(([path, value]) => [isSteering ? path.slice('steering.'.length) : path, value]),
    );
  const { steering } = decision;
  if (steering === null && Object.keys(of(true)).length > 0)
    throw new CraneError('input.invalid', `${decision.id} was recorded without what people had set.`);
  return {
    family: 'scaling',
    question: editInput(question, of(false), scalingQuestionSchema),
    steering: steering === null ? null : editInput(steering, of(true), recordedSteeringSchema),
  };
}

/** What was recorded beside what the same input gives now. Pure. */
export function compareReplay(
  decision: Decision,
  edits: Edits,
  input: ReplayInput,
  answer: ScalingVerdict | HealingVerdict,
): Replay {
  const recorded = recordedOutcome(decision, input);
  const replayed = 'target' in answer ? scalingOutcome(input, answer) : healingOutcome(answer);
  const pairs = [
    ['wish', recorded.wish, replayed.wish],
    ['replicas', recorded.to, replayed.to],
    ['bounds', boundsText(recorded), boundsText(replayed)],
    ['reason', recorded.reason, replayed.reason],
  ] as const;
  const differences = pairs.flatMap(([what, before, after]) =>
    before === after ? [] : [`${what}: ${before ?? 'not recorded'} → ${after ?? 'not known'}`],
  );
  const { id, at, app, service, family } = decision;
  return {
    id,
    at,
    app,
    service,
    family,
    edits,
    recorded,
    replayed,
    isSame: differences.length === 0,
    differences,
  };
}

function recordedOutcome(decision: Decision, input: ReplayInput): Outcome {
  const { answer, policyRevision, clamps, to } = decision;
  const wish =
    answer === null ? 'hold' : 'target' in answer ? wishOf(answer.target) : healingOutcome(answer).wish;
  const isBounded = input.family === 'scaling' && input.steering !== null;
  return {
    policyRevision,
    wish,
    reason: answer?.reason ?? decision.reason,
    to: isBounded ? to : null,
    clamps: isBounded ? clamps : [],
  };
}

function scalingOutcome(input: ReplayInput, verdict: ScalingVerdict): Outcome {
  const { reason, policyRevision, target } = verdict;
  const rest = { policyRevision, reason, wish: wishOf(target) };
  if (input.family !== 'scaling' || input.steering === null) return { ...rest, to: null, clamps: [] };
  const bounded = boundAgain(input.question, input.steering, verdict);
  return { ...rest, to: bounded.kind === 'scale' ? bounded.to : bounded.at, clamps: bounded.clamps };
}

/** The recommendations of then are known by their highest: that is what the window looks at. */
function boundAgain(
  question: ScalingQuestion,
  { mode, override, window, current, recommended, mostAtOnce, quota, idle = null }: RecordedSteering,
  verdict: ScalingVerdict,
): ScalingDecision {
  const before = recommended === null ? [] : [{ at: 0, target: recommended }];
  return clampScaling({
    verdict,
    bounds: question.bounds,
    mode,
    override,
    window,
    mostAtOnce: mostAtOnce ?? null,
    quota: quota ?? null,
    idle,
    current,
    recommendations: [...before, { at: 0, target: verdict.target ?? current }],
    sinceLastUpMs: question.sinceLastUpMs,
    sinceLastDownMs: question.sinceLastDownMs,
    now: 0,
  });
}

function healingOutcome({ action, delayMs, reason, policyRevision }: HealingVerdict): Outcome {
  return {
    policyRevision,
    wish: delayMs === 0 ? action : `${action} after ${delayMs} ms`,
    reason,
    to: null,
    clamps: [],
  };
}

function wishOf(target: number | null): string {
  return target === null ? 'hold' : String(target);
}

function boundsText({ clamps }: Outcome): string {
  return clamps.map(({ text }) => text).join('; ') || 'none';
}
