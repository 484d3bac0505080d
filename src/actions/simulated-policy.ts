import type { App } from '../core/app/app.ts';
import { checkDraft, filesOf, layOver } from '../core/policy/policy-draft.ts';
import { invalidPolicy, policyTextOf } from '../core/policy/policy-revision.ts';
import type { PolicyFile, PolicyPin } from '../core/policy/policy-text.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { filesInForce } from './judge-policy-draft.ts';
import { readPolicyRevision } from './manage-policies.ts';
import { pinPolicy, readPolicyBounds } from './policy-in-force.ts';

/** `app`: a revision of the app's own; `platform`: of the platform's, 0 = as shipped. */
export type SimulatedPolicy =
  | { kind: 'draft'; files: readonly PolicyFile[] }
  | { kind: 'revision'; scope: 'app' | 'platform'; number: number };

type Deps = Pick<ActionDeps, 'store' | 'policyWorkbench'>;

/** What a simulation asks, and the bounds of an own policy. A draft is checked first: a bad one never reaches the engine. Throws `policy.invalid`. */
export async function simulatedPolicy(
  deps: Deps,
  actor: Actor,
  { app, policy }: { app: App; policy: SimulatedPolicy | undefined },
  signal?: AbortSignal,
): Promise<{ pin: PolicyPin | undefined; mostAtOnce: number | null }> {
  if (policy === undefined) {
    const { pin, ownBounds } = pinPolicy(deps.store, app.id, 'scaling');
    return { pin, mostAtOnce: ownBounds?.mostAtOnce ?? null };
  }
  const { mostAtOnce } = readPolicyBounds(deps.store);
  const files = await filesToSimulate(deps, actor, app, policy);
  const { isOk, problems } = await deps.policyWorkbench.check(files, signal);
  if (!isOk) throw invalidPolicy(problems);
  const text = policyTextOf('scaling', files, deps.policyWorkbench.revisionOf(files));
  const isOwn = policy.kind === 'draft' || policy.scope === 'app';
  return { pin: { revision: text.revision, read: () => text }, mostAtOnce: isOwn ? mostAtOnce : null };
}

async function filesToSimulate(
  deps: Deps,
  actor: Actor,
  app: App,
  policy: SimulatedPolicy,
): Promise<PolicyFile[]> {
  if (policy.kind === 'revision') {
    const place = policy.scope === 'app' ? { app: app.uniqueName } : {};
    const { number } = policy;
    return (await readPolicyRevision(deps, actor, { ...place, kind: 'scaling', number })).files;
  }
  checkDraft(policy.files);
  return filesOf('scaling', layOver(await filesInForce(deps, app.id), policy.files));
}
