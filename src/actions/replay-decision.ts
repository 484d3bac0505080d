import type { Decision } from '../core/decision/decision.ts';
import type { Edits } from '../core/decision/edit-input.ts';
import { compareReplay, replayInput, type Replay } from '../core/decision/replay-decision.ts';
import type { PolicyEngine } from '../core/port/policy.ts';
import { scopeOf, type ActionDeps, type Actor } from './action-deps.ts';
import { explainDecision } from './explain-decision.ts';
import { findApp } from './find-app.ts';

type Deps = Pick<ActionDeps, 'store' | 'policy'>;

/** The recorded input of a decision, with edits, through the policy in force. Changes nothing. */
export async function replayDecision(
  deps: ActionDeps,
  actor: Actor,
  input: { id: string; set?: Edits },
  signal?: AbortSignal,
): Promise<Replay> {
  const { decision } = explainDecision(deps, actor, input);
  return replayOne(deps.policy, decision, input.set ?? {}, signal);
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

/** The newest decisions that a policy made, each through the policy in force. Changes nothing. */
export async function replayDecisions(
  deps: Deps & Pick<ActionDeps, 'store'>,
  actor: Actor,
  input: { app?: string; limit: number },
  signal?: AbortSignal,
): Promise<ReplayReport> {
  const decisions = policyDecisions(deps, actor, input);
  const replays: Replay[] = [];
  for (let next = 0; next < decisions.length; next += atOnce) {
    const some = decisions.slice(next, next + atOnce);
    replays.push(
      ...(await Promise.all(some.map((decision) => replayOne(deps.policy, decision, {}, signal)))),
    );
  }
  const different = replays.filter(({ isSame }) => !isSame);
  return {
    replayed: replays.length,
    same: replays.length - different.length,
    differ: different.length,
    different: different.slice(0, mostShown),
  };
}

async function replayOne(
  policy: Pick<PolicyEngine, 'decideScaling' | 'decideHealing'>,
  decision: Decision,
  edits: Edits,
  signal: AbortSignal | undefined,
): Promise<Replay> {
  const input = replayInput(decision, edits);
  const answer =
    input.family === 'scaling'
      ? await policy.decideScaling(input.question, signal)
      : await policy.decideHealing(input.question, signal);
  return compareReplay(decision, edits, input, answer);
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
          question !== null && answer !== null && (family === undefined || row.family === family),
      ),
    );
    cursor = page.nextCursor;
  } while (cursor !== null && found.length < limit);
  return found.slice(0, limit);
}
