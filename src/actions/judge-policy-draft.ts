import type { Decision } from '../core/decision/decision.ts';
import {
  compareReplay,
  replayInput,
  type Replay,
  type ReplayInput,
} from '../core/decision/replay-decision.ts';
import {
  checkDraft,
  filesOf,
  layOver,
  type PolicyTests,
  type PolicyVerdict,
} from '../core/policy/policy-draft.ts';
import { type PolicyFile, policyKinds, type PolicyKind } from '../core/policy/policy-text.ts';
import type { PolicyAnswer } from '../core/port/policy.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { policyInForce } from './policy-in-force.ts';
import { findPolicyPlace } from './policy-place.ts';
import { policyDecisions, reportOf, type ReplayReport } from './replay-decision.ts';

export type DraftJudgement = {
  check: PolicyVerdict;
  /** Files that the engine's own formatter would write differently; no reason to refuse them. */
  unformatted: readonly string[];
  /** Null: it did not pass the check. */
  tests: PolicyTests | null;
  /** What of the newest decisions would be different; null: not asked for, or it did not pass. */
  dryRun: ReplayReport | null;
};

type Deps = Pick<ActionDeps, 'store' | 'policyWorkbench'>;

/** The policies in force for the platform, or for one app, tests too. */
export async function showPolicies(
  deps: Deps,
  actor: Actor,
  input: { app?: string } = {},
): Promise<{ files: PolicyFile[] }> {
  const { appId } = findPolicyPlace(deps, actor, input, 'read');
  return { files: await filesInForce(deps, appId) };
}

/** Files in force, of both kinds: what a draft is laid over. */
export async function filesInForce(deps: Deps, appId: number | null): Promise<PolicyFile[]> {
  const shipped = await deps.policyWorkbench.shipped();
  return policyKinds.flatMap((kind) => {
    const active = policyInForce(deps.store, appId, kind);
    if (active === null || active.number === null) return filesOf(kind, shipped);
    return deps.store.policies.files({ appId: active.appId, kind }, active.number);
  });
}

/**
 * A draft laid over the policies in force: checked and tested by the policy engine, and, where that is asked for, asked
 * about the newest recorded decisions. For admins, and for owners about their app; changes nothing.
 */
export async function judgePolicyDraft(
  deps: Deps,
  actor: Actor,
  input: { app?: string; files: readonly PolicyFile[]; dryRun: number },
  signal?: AbortSignal,
): Promise<DraftJudgement> {
  const { appId } = findPolicyPlace(deps, actor, input, 'change');
  checkDraft(input.files);
  const files = layOver(await filesInForce(deps, appId), input.files);
  const judged = await judgeFiles(deps, files, signal);
  if (!judged.check.isOk || input.dryRun === 0) return { ...judged, dryRun: null };
  const kinds = policyKinds.filter((kind) => filesOf(kind, input.files).length > 0);
  const order = { limit: input.dryRun, ...(input.app === undefined ? {} : { app: input.app }) };
  const replays = (
    await Promise.all(kinds.map((kind) => dryRunOf(deps, actor, { kind, files, ...order }, signal)))
  ).flat();
  return { ...judged, dryRun: reportOf(replays) };
}

/** The engine's word on a whole set of files; it is tested only when it is well formed. */
export async function judgeFiles(
  { policyWorkbench }: Pick<Deps, 'policyWorkbench'>,
  files: readonly PolicyFile[],
  signal?: AbortSignal,
): Promise<Omit<DraftJudgement, 'dryRun'>> {
  const check = await policyWorkbench.check(files, signal);
  if (!check.isOk) return { check, unformatted: [], tests: null };
  const [unformatted, tests] = await Promise.all([
    policyWorkbench.unformatted(files, signal),
    policyWorkbench.test(files, signal),
  ]);
  return { check, unformatted, tests };
}

async function dryRunOf(
  deps: Deps,
  actor: Actor,
  { kind, files, ...order }: { kind: PolicyKind; files: readonly PolicyFile[]; limit: number; app?: string },
  signal: AbortSignal | undefined,
): Promise<Replay[]> {
  const asked = policyDecisions(deps, actor, { ...order, family: kind }).map((decision) => ({
    decision,
    input: replayInput(decision, {}),
  }));
  const answers = await answersTo(deps, files, kind, asked, signal);
  return asked.map(({ decision, input }, index): Replay =>
    compareReplay(decision, {}, input, answers[index] ?? noAnswer(decision)),
  );
}

async function answersTo(
  { policyWorkbench }: Deps,
  files: readonly PolicyFile[],
  kind: PolicyKind,
  asked: readonly { input: ReplayInput }[],
  signal: AbortSignal | undefined,
): Promise<(PolicyAnswer | null)[]> {
  if (kind === 'scaling') {
    const questions = asked.flatMap(({ input }) => (input.family === 'scaling' ? [input.question] : []));
    return policyWorkbench.decide(files, { kind, questions }, signal);
  }
  const questions = asked.flatMap(({ input }) => (input.family === 'healing' ? [input.question] : []));
  return policyWorkbench.decide(files, { kind, questions }, signal);
}

/** What the loop does without a usable answer: it holds, or uses its built-in back-off. */
function noAnswer({ policyRevision, family }: Decision): PolicyAnswer {
  const reason = 'the draft gave no usable answer';
  const revision = policyRevision ?? 'draft';
  return family === 'scaling'
    ? { target: null, reason, perSignal: {}, policyRevision: revision }
    : { action: 'back-off', delayMs: 1_000, reason, policyRevision: revision };
}
