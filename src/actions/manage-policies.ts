import { CraneError } from '../core/error/crane-error.ts';
import { checkDraft, filesOf, layOver, type PolicyTests } from '../core/policy/policy-draft.ts';
import {
  invalidPolicy,
  policyTextOf,
  type PolicyActivation,
  type PolicyBounds,
  type PolicyRevision,
} from '../core/policy/policy-revision.ts';
import type { PolicyFile, PolicyKind } from '../core/policy/policy-text.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { filesInForce, judgeFiles } from './judge-policy-draft.ts';
import { policyInForce, readPolicyBounds, writePolicyBounds } from './policy-in-force.ts';
import { findPolicyPlace, requirePlatformAdmin, type PolicyPlace } from './policy-place.ts';

type Deps = Pick<ActionDeps, 'store' | 'clock' | 'policyWorkbench'>;
type Place = { app?: string; kind: PolicyKind };

/** Drafts of one scope and kind that may lie about. */
const mostRevisions = 500;

export type PolicyState = {
  kind: PolicyKind;
  /** Whose policy decides. */
  source: 'app' | 'platform' | 'shipped';
  number: number | null;
  revision: string | null;
  note: string;
  by: string;
  /** Null: shipped. */
  at: number | null;
  /** The app has a policy in force that rests, since an admin does not let owners have their own. */
  isResting: boolean;
};

/** Which policy decides for the platform, or for one app. */
export function showPolicyState(deps: Pick<Deps, 'store'>, actor: Actor, input: Place): PolicyState {
  const { appId } = findPolicyPlace(deps, actor, input, 'read');
  const active = policyInForce(deps.store, appId, input.kind);
  const own = appId === null ? null : deps.store.policies.active({ appId, kind: input.kind });
  const isResting = own !== null && own.number !== null && active?.appId !== appId;
  const { kind } = input;
  if (active === null)
    return { kind, source: 'shipped', number: null, revision: null, note: '', by: '', at: null, isResting };
  const { number, revision, note, by, at } = active;
  return {
    kind,
    source: active.appId === null ? 'platform' : 'app',
    number,
    revision,
    note,
    by,
    at,
    isResting,
  };
}

export type ListedRevision = PolicyRevision & { isActive: boolean };

/** Newest first. */
export function listPolicyRevisions(deps: Pick<Deps, 'store'>, actor: Actor, input: Place): ListedRevision[] {
  const { appId } = findPolicyPlace(deps, actor, input, 'read');
  const scope = { appId, kind: input.kind };
  const active = deps.store.policies.active(scope);
  return deps.store.policies
    .list(scope)
    .map((revision) => ({ ...revision, isActive: revision.number === active?.number }));
}

/** Number 0: what is shipped. Throws `policy.not_found`. */
export async function readPolicyRevision(
  deps: Pick<Deps, 'store' | 'policyWorkbench'>,
  actor: Actor,
  input: Place & { number: number },
): Promise<ListedRevision & { files: PolicyFile[] }> {
  const { appId } = findPolicyPlace(deps, actor, input, 'read');
  const scope = { appId, kind: input.kind };
  if (input.number === 0) {
    const files = filesOf(input.kind, await deps.policyWorkbench.shipped());
    const revision = deps.policyWorkbench.revisionOf(files);
    return { ...scope, number: 0, revision, note: 'shipped', by: '', at: 0, isActive: false, files };
  }
  const found = findRevision(deps, scope, input.number);
  const isActive = deps.store.policies.active(scope)?.number === found.number;
  return { ...found, isActive, files: deps.store.policies.files(scope, input.number) };
}

/** Newest first. */
export function listPolicyActivations(
  deps: Pick<Deps, 'store'>,
  actor: Actor,
  input: Place,
): PolicyActivation[] {
  const { appId } = findPolicyPlace(deps, actor, input, 'read');
  return deps.store.policies.activations({ appId, kind: input.kind });
}

export type SavedPolicy = ListedRevision & { unformatted: readonly string[]; tests: PolicyTests | null };

/**
 * Stores a draft, laid over what is in force, as the next revision; it decides nothing before it is activated. What the engine does
 * not take is not stored: `policy.invalid` with each problem's place.
 */
export async function savePolicy(
  deps: Deps,
  actor: Actor,
  input: Place & { files: readonly PolicyFile[]; note: string },
  signal?: AbortSignal,
): Promise<SavedPolicy> {
  const place = findPolicyPlace(deps, actor, input, 'change');
  const { kind } = input;
  checkDraft(input.files);
  const strange = input.files.find(({ path }) => !path.startsWith(`${kind}/`));
  if (strange !== undefined) throw invalidPolicy([`${strange.path} is no file of a ${kind} policy`]);
  const files = filesOf(kind, layOver(await filesInForce(deps, place.appId), input.files));
  const { check, unformatted, tests } = await judgeFiles(deps, files, signal);
  if (!check.isOk) throw invalidPolicy(check.problems);
  const revision = deps.policyWorkbench.revisionOf(files);
  policyTextOf(kind, files, revision);
  const at = deps.clock.now();
  const saved = deps.store.transaction(() => {
    const { appId } = findPolicyPlace(deps, actor, input, 'change');
    if (deps.store.policies.list({ appId, kind }).length >= mostRevisions)
      throw new CraneError('app.conflict', `There are ${mostRevisions} revisions of this policy already.`);
    const { note } = input;
    return deps.store.policies.add({ appId, kind, revision, files, note, by: actor.user.name, at });
  });
  return { ...saved, isActive: false, unformatted, tests };
}

/** Puts a saved revision into force once it is still good and passes its tests. Throws `policy.invalid`, `policy.not_found`. */
export async function activatePolicy(
  deps: Deps,
  actor: Actor,
  input: Place & { number: number; note: string },
  signal?: AbortSignal,
): Promise<PolicyState> {
  const place = findPolicyPlace(deps, actor, input, 'change');
  const scope = { appId: place.appId, kind: input.kind };
  requireOwnAllowed(deps, place, input.kind);
  const found = findRevision(deps, scope, input.number);
  const files = deps.store.policies.files(scope, input.number);
  const { check, tests } = await judgeFiles(deps, files, signal);
  if (!check.isOk) throw invalidPolicy(check.problems);
  if (tests?.isOk !== true) throw invalidPolicy(tests?.problems ?? ['it has no tests'], testsFix(input.kind));
  putIntoForce(deps, actor, input, found, files);
  return showPolicyState(deps, actor, input);
}

const testsFix = (kind: PolicyKind): string =>
  `Change the rules, or save it with other tests: begin with crane policy show ${kind}/${kind}_test.rego`;

/**
 * What was in force before the last change, or a number that was in force once; 0 = none of one's own. It was judged when it was
 * put into force, so that the way back needs no engine.
 */
export function rollBackPolicy(
  deps: Deps,
  actor: Actor,
  input: Place & { number?: number; note: string },
): PolicyState {
  const place = findPolicyPlace(deps, actor, input, 'change');
  const scope = { appId: place.appId, kind: input.kind };
  const past = deps.store.policies.activations(scope);
  if (past.length === 0) throw notFound(scope.kind, 'was never another one');
  const wanted = input.number ?? past[1]?.number ?? 0;
  if (wanted === 0) {
    putIntoForce(deps, actor, input, null, []);
    return showPolicyState(deps, actor, input);
  }
  requireOwnAllowed(deps, place, input.kind);
  if (!past.some(({ number }) => number === wanted))
    throw notFound(scope.kind, `${wanted} was never in force`);
  const files = deps.store.policies.files(scope, wanted);
  putIntoForce(deps, actor, input, findRevision(deps, scope, wanted), files);
  return showPolicyState(deps, actor, input);
}

/** What an admin lets owners' policies do; everybody may read it. */
export function showPolicyBounds(deps: Pick<Deps, 'store'>): PolicyBounds {
  return readPolicyBounds(deps.store);
}

export function setPolicyBounds(
  deps: Pick<Deps, 'store' | 'clock'>,
  actor: Actor,
  bounds: PolicyBounds,
): PolicyBounds {
  requirePlatformAdmin(actor);
  deps.store.transaction(() => {
    writePolicyBounds(deps.store, bounds);
    tellChange(deps, null, `bounds of owners' policies set by ${actor.user.name}`, { ...bounds });
  });
  return bounds;
}

function putIntoForce(
  deps: Pick<Deps, 'store' | 'clock'>,
  actor: Actor,
  input: Place & { note: string },
  found: PolicyRevision | null,
  files: readonly PolicyFile[],
): void {
  const { kind, note } = input;
  const at = deps.clock.now();
  const by = actor.user.name;
  const { policies } = deps.store;
  deps.store.transaction(() => {
    const { app, appId } = findPolicyPlace(deps, actor, input, 'change');
    const { number, revision } = found ?? { number: null, revision: null };
    if (revision !== null) policies.keepText(policyTextOf(kind, files, revision), at);
    policies.activate({ appId, kind, number, revision, note, by, at });
    const what =
      number === null ? `back to the ${app === null ? 'shipped' : "platform's"} one` : `revision ${number}`;
    const said = note === '' ? '' : ` (${note.slice(0, 100)})`;
    tellChange(deps, app, `${kind} policy: ${what} by ${by}${said}`, { kind, number, revision });
  });
}

function tellChange(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  app: PolicyPlace['app'],
  text: string,
  data: Record<string, unknown>,
): void {
  const of = { appId: app?.id ?? null, app: app?.uniqueName ?? null };
  store.feed.append({ at: clock.now(), kind: 'policy.changed', ...of, text, data });
}

function requireOwnAllowed({ store }: Pick<Deps, 'store'>, { app }: PolicyPlace, kind: PolicyKind): void {
  if (app === null || readPolicyBounds(store).isOwnAllowed[kind]) return;
  throw new CraneError('auth.forbidden', {
    message: `Apps may not have ${kind} policies of their own on this platform.`,
    fix: 'Ask an admin to allow it: crane policy bounds.',
  });
}

function findRevision(
  { store }: Pick<Deps, 'store'>,
  scope: { appId: number | null; kind: PolicyKind },
  number: number,
): PolicyRevision {
  const found = store.policies.find(scope, number);
  if (found === null) throw notFound(scope.kind, `has no revision ${number} here`);
  return found;
}

function notFound(kind: PolicyKind, what: string): CraneError {
  return new CraneError('policy.not_found', {
    message: `The ${kind} policy ${what}.`,
    fix: `List them with: crane policy history --kind ${kind}`,
  });
}
