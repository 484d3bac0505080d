import type { Decision } from '../core/decision/decision.ts';
import type { Edits } from '../core/decision/edit-input.ts';
import { compareReplay, replayInput, type Replay } from '../core/decision/replay-decision.ts';
import type { PolicyPin } from '../core/policy/policy-text.ts';
import { scopeOf, type ActionDeps, type Actor } from './action-deps.ts';
import { explainDecision } from './explain-decision.ts';
import { findApp } from './find-app.ts';
import { pinPolicy, pinRevision } from './policy-in-force.ts';

type Deps = Pick<ActionDeps, 'store' | 'policy'>;

/** Which policy is asked: the one that decided then, or the one that would decide now. */
export type ReplayedPolicy = 'recorded' | 'current';

/** The recorded input of a decision, with edits, through the recorded policy or the one in force. Changes nothing. */
export async function replayDecision(
  deps: ActionDeps,
  actor: Actor,
  input: { id: string; set?: Edits; policy?: ReplayedPolicy },
  signal?: AbortSignal,
): Promise<Replay> {
  const { decision } = explainDecision(deps, actor, input);
  return replayOne(deps, decision, { edits: input.set ?? {}, policy: input.policy ?? 'recorded' }, signal);
}

export type ReplayReport = {
  replayed: number;
  same: number;
  differ: number;
  /** Those that differ, newest first; the first hundred. */
  different: readonly Replay[];
};

const mostShown = 100;
const atOnce = 8;

/** The newest decisions that a policy made, each through the policy that made it, or the one in force. Changes nothing. */
export async function replayDecisions(
  deps: Deps,
  actor: Actor,
  input: { app?: string; limit: number; policy?: ReplayedPolicy },
  signal?: AbortSignal,
): Promise<ReplayReport> {
  const decisions = policyDecisions(deps, actor, input);
  const order = { edits: {}, policy: input.policy ?? 'recorded' } as const;
  const replays: Replay[] = [];
  for (let next = 0; next < decisions.length; next += atOnce) {
    const some = decisions.slice(next, next + atOnce);
    replays.push(...(await Promise.all(some.map((decision) => replayOne(deps, decision, order, signal)))));
  }
  return reportOf(replays);
}

export function reportOf(replays: readonly Replay[]): ReplayReport {
  const different = replays.filter(({ isSame }) => !isSame);
  return {
    replayed: replays.length,
    same: replays.length - different.length,
    differ: different.length,
    different: different.slice(0, mostShown),
  };
}

async function replayOne(
  { policy, store }: Deps,
  decision: Decision,
  { edits, policy: which }: { edits: Edits; policy: ReplayedPolicy },
  signal: AbortSignal | undefined,
): Promise<Replay> {
  const input = replayInput(decision, edits);
  const pin = which === 'recorded' ? recordedPin(store, decision) : currentPin(store, decision);
  const answer =
    input.family === 'scaling'
      ? await policy.decideScaling(input.question, signal, pin)
      : await policy.decideHealing(input.question, signal, pin);
  return compareReplay(decision, edits, input, answer);
}

/** Texts are kept since they can be replaced; a decision from before is asked of the policy in force. */
function recordedPin(store: Deps['store'], decision: Decision): PolicyPin | undefined {
  const { family, policyRevision } = decision;
  return policyRevision !== null && store.policies.text(family, policyRevision) !== null
    ? pinRevision(store, family, policyRevision)
    : currentPin(store, decision);
}

function currentPin(store: Deps['store'], { appId, family }: Decision): PolicyPin | undefined {
  return pinPolicy(store, appId, family).pin;
}

/** The newest ones with an input and an answer; at most `limit`. */
export function policyDecisions(
  deps: Pick<ActionDeps, 'store'>,
  actor: Actor,
  { app, limit, family }: { app?: string; limit: number; family?: Decision['family'] },
): Decision[] {
  const appId = app === undefined ? null : findApp(deps, actor, app).id;
  const found: Decision[] = [];
  let cursor: string | null = null;
  do {
    const page: ReturnType<ActionDeps['store']['decisions']['list']> = deps.store.decisions.list(
      scopeOf(actor),
      { appId },
      { limit: 500, cursor },
    );
    found.push(
      ...page.items.filter(
        ({ question, answer, ...row }) =>
          question !== null &&
          answer !== null &&
          row.policyRevision !== 'built-in' &&
          (family === undefined || row.family === family),
      ),
    );
    cursor = page.nextCursor;
  } while (cursor !== null && found.length < limit);
  return found.slice(0, limit);
}
