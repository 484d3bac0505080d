import type { Decision } from '../core/decision/decision.ts';
import { compareReplay, replayInput, type Replay } from '../core/decision/replay-decision.ts';
import { CraneError } from '../core/error/crane-error.ts';
import {
  checkDraft,
  layOver,
  type PolicyFile,
  type PolicyTests,
  type PolicyVerdict,
} from '../core/policy/policy-draft.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import type { ReplayReport } from './replay-decision.ts';
import { policyDecisions } from './replay-decision.ts';

export type DraftJudgement = {
  check: PolicyVerdict;
  /** Null: it did not pass the check. */
  tests: PolicyTests | null;
  /** What of the newest scaling decisions would be different; null: not asked for, or it did not pass. */
  dryRun: ReplayReport | null;
};

type Deps = Pick<ActionDeps, 'store' | 'policyWorkbench'>;

/** The policies in force, tests too. */
export async function showPolicies(deps: Deps): Promise<{ files: PolicyFile[] }> {
  const files = await deps.policyWorkbench.shipped();
  return { files: files.filter(({ path }) => /^(scaling|healing)\//.test(path)) };
}

/**
 * A draft laid over the policies in force: checked and tested by the policy engine, and, where that is asked for, asked
 * about the newest recorded decisions. For admins; changes nothing.
 */
export async function judgePolicyDraft(
  deps: Deps,
  actor: Actor,
  input: { files: readonly PolicyFile[]; dryRun: number },
  signal?: AbortSignal,
): Promise<DraftJudgement> {
  if (actor.user.role !== 'admin')
    throw new CraneError('auth.forbidden', {
      message: 'Policies are a matter of an admin.',
      fix: 'Ask one.',
    });
  checkDraft(input.files);
  const files = layOver(await deps.policyWorkbench.shipped(), input.files);
  const check = await deps.policyWorkbench.check(files, signal);
  if (!check.isOk) return { check, tests: null, dryRun: null };
  const tests = await deps.policyWorkbench.test(files, signal);
  const dryRun = input.dryRun === 0 ? null : await dryRunOf(deps, actor, files, input.dryRun, signal);
  return { check, tests, dryRun };
}

async function dryRunOf(
  deps: Deps,
  actor: Actor,
  files: readonly PolicyFile[],
  limit: number,
  signal: AbortSignal | undefined,
): Promise<ReplayReport> {
  const asked = policyDecisions(deps, actor, { limit, family: 'scaling' }).flatMap((decision) => {
    const input = replayInput(decision, {});
    return input.family === 'scaling' ? [{ decision, input }] : [];
  });
  const questions = asked.map(({ input }) => input.question);
  const answers = await deps.policyWorkbench.decide(files, 'scaling', questions, signal);
  const replays = asked.map(({ decision, input }, index): Replay => {
    const answer = answers[index] ?? noAnswer(decision);
    return compareReplay(decision, {}, input, answer);
  });
  const different = replays.filter(({ isSame }) => !isSame);
  return {
    replayed: replays.length,
    same: replays.length - different.length,
    differ: different.length,
    different: different.slice(0, 100),
  };
}

function noAnswer({ policyRevision }: Decision) {
  const reason = 'the draft gave no usable answer';
  return { target: null, reason, perSignal: {}, policyRevision: policyRevision ?? 'draft' };
}
