import { describeWindow } from '../scaling/steering.ts';
import type { Signal } from '../signal/signal.ts';
import type { Decision } from './decision.ts';

export type ExplainedPart = { title: string; text: string; data: Readonly<Record<string, unknown>> };

/** One sentence and the five parts of the chain: signal, alert, policy, bound, effect. */
export type Explanation = {
  sentence: string;
  parts: {
    signal: ExplainedPart;
    alert: ExplainedPart;
    policy: ExplainedPart;
    bound: ExplainedPart;
    effect: ExplainedPart;
  };
};

/** Why something happened or did not, in words. Pure: the same row gives the same text. */
export function explainDecision(decision: Decision): Explanation {
  return {
    sentence: explainSentence(decision),
    parts: {
      signal: explainSignal(decision),
      alert: explainAlert(decision),
      policy: explainPolicy(decision),
      bound: explainBound(decision),
      effect: explainEffect(decision),
    },
  };
}

const verbs = {
  'scale-out': 'Scaled',
  'scale-in': 'Scaled',
  hold: 'Held',
  restart: 'Restarted',
  replace: 'Replaced an instance of',
  'back-off': 'Waits before replacing an instance of',
  ignore: 'Ignored an alert for',
  stop: 'Stopped',
  start: 'Started',
} as const satisfies Record<Decision['verdict'], string>;

/** "Scaled shop-3/web from 2 to 4: 231 req/s …; policy 1a2b3c; capped by max 4." */
export function explainSentence(decision: Decision): string {
  const target = `${decision.app}/${decision.service}`;
  const isScaling = decision.verdict === 'scale-out' || decision.verdict === 'scale-in';
  const change = isScaling
    ? ` from ${decision.from} to ${decision.to}`
    : decision.verdict === 'hold'
      ? ` at ${decision.to}`
      : '';
  const bounds = decision.clamps.map((clamp) => clamp.text);
  const clauses = [
    decision.reason,
    ...(decision.policyRevision === null ? [] : [`policy ${decision.policyRevision}`]),
    ...bounds,
  ];
  return `${verbs[decision.verdict]} ${target}${change}: ${[...new Set(clauses)].join('; ')}.`;
}

function signalText(signal: Signal): string {
  if (signal.kind === 'missing') return `${signal.name} is missing: ${signal.reason}`;
  return `${signal.name} ${round(signal.value)} (${round(signal.ageSeconds)} s old)`;
}

function explainSignal({ question }: Decision): ExplainedPart {
  if (question === null) return { title: 'Signal', text: 'No signal was read.', data: {} };
  if (!('signals' in question))
    return {
      title: 'Signal',
      text: `${question.instance} ${question.failure.text}`,
      data: { failure: question.failure },
    };
  const texts = question.signals.map((signal) => {
    const target = question.targets[signal.name];
    return target === undefined ? signalText(signal) : `${signalText(signal)}, target ${target}`;
  });
  return {
    title: 'Signal',
    text: texts.join('; ') || 'No signal was read.',
    data: { signals: question.signals, targets: question.targets },
  };
}

function explainAlert({ alert, trigger }: Decision): ExplainedPart {
  if (alert !== null) {
    return {
      title: 'Alert',
      text: `${alert.name} is ${alert.status} (severity ${alert.severity})`,
      data: { alert },
    };
  }
  const why = {
    alert: 'The alert is not kept.',
    loop: 'No alert: the regular loop decided.',
    person: 'No alert: a person decided.',
    event: 'No alert: an engine event.',
    request: 'No alert: a request came while nothing ran.',
  };
  return { title: 'Alert', text: why[trigger], data: { trigger } };
}

function explainPolicy({ question, answer, policyRevision }: Decision): ExplainedPart {
  if (answer === null)
    return {
      title: 'Policy',
      text: policyRevision === null ? 'No policy was asked.' : `Policy ${policyRevision} gave no answer.`,
      data: { input: question },
    };
  const wish =
    'target' in answer
      ? answer.target === null
        ? 'has no opinion'
        : `wishes ${answer.target}`
      : `says ${answer.action} after ${answer.delayMs} ms`;
  return {
    title: 'Policy',
    text: `Policy ${answer.policyRevision} ${wish}: ${answer.reason}`,
    data: { input: question, output: answer },
  };
}

function explainBound({ clamps, bounds, steering }: Decision): ExplainedPart {
  const window = steering?.window ?? null;
  const origin = window === null ? '' : `, by ${describeWindow(window)}`;
  const cut =
    clamps.length === 0
      ? `Nothing was cut (min ${bounds.min}, max ${bounds.max}${origin}).`
      : clamps.map((clamp) => `${clamp.bound}: ${clamp.from} → ${clamp.to}, ${clamp.text}`).join('; ');
  const mode =
    steering === null || steering.mode === 'auto'
      ? ''
      : `; mode ${steering.mode}${steering.modeBy === null ? '' : `, set by ${steering.modeBy}`}`;
  const awake = steering?.idle?.awake ?? null;
  const rest = awake === null ? '' : `; it may sleep and is awake: ${awake}`;
  return { title: 'Bound', text: `${cut}${mode}${rest}`, data: { clamps, bounds, steering } };
}

function explainEffect({ effect, verdict, repeats }: Decision): ExplainedPart {
  const names = effect.instances.map((item) => `${item.instance} ${item.change}`).join(', ');
  const took = effect.tookMs === null ? '' : ` in ${effect.tookMs} ms`;
  const texts = {
    none:
      verdict === 'hold' && repeats > 0
        ? `Nothing changed; the same was decided ${repeats} more times.`
        : 'Nothing changed.',
    pending: `Under way${names === '' ? '' : `: ${names}`}.`,
    done: `${names === '' ? 'Done' : names}${took}.`,
    failed: `Failed: ${effect.error ?? 'unknown'}.`,
    superseded: 'A newer decision took its place.',
  } as const;
  return { title: 'Effect', text: texts[effect.status], data: { effect } };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
