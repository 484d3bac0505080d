import { CraneError } from '../error/crane-error.ts';
import { guardRego } from './guard-rego.ts';
import type { PolicyFile, PolicyKind, PolicyText } from './policy-text.ts';

/** A saved policy of the whole platform (`appId` null) or of one app. Its files never change. */
export type PolicyRevision = {
  appId: number | null;
  kind: PolicyKind;
  /** Counted per app and kind, from 1. */
  number: number;
  /** Digest of rules and settings, as decisions name it. */
  revision: string;
  note: string;
  by: string;
  at: number;
};

/** One change of what is in force. `number` null = none of one's own: the platform's for an app, the shipped one for the platform. */
export type PolicyActivation = {
  appId: number | null;
  kind: PolicyKind;
  number: number | null;
  revision: string | null;
  note: string;
  by: string;
  at: number;
};

/** What an admin lets owners' own policies do. Crane's own bounds come after these. */
export type PolicyBounds = {
  /** Whether apps may have policies of their own; those they have rest while they may not. */
  isOwnAllowed: Readonly<Record<PolicyKind, boolean>>;
  /** Replicas that an app's own policy may add in one decision; null = as the service's max allows. */
  mostAtOnce: number | null;
  /** Replacements of an instance within ten minutes that an app's own policy may make without any wait. */
  quickReplacements: number;
};

export const defaultPolicyBounds: PolicyBounds = {
  isOwnAllowed: { scaling: true, healing: true },
  mostAtOnce: null,
  quickReplacements: 3,
};

export const mostDraftBytes = 256 * 1024;

/** Rules and settings out of the files of a whole policy. Throws `policy.invalid`. */
export function policyTextOf(kind: PolicyKind, files: readonly PolicyFile[], revision: string): PolicyText {
  const rego = files.find(({ path }) => path === `${kind}/${kind}.rego`);
  const settings = files.find(({ path }) => path === `${kind}/data.json`)?.text ?? '{}';
  if (rego === undefined) throw invalidPolicy([`${kind}/${kind}.rego is missing`]);
  return { kind, revision, rego: rego.text, settings: JSON.stringify(readSettings(kind, settings)) };
}

function readSettings(kind: PolicyKind, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidPolicy([
      `${kind}/data.json is no JSON (${cause instanceof Error ? cause.message : 'unreadable'})`,
    ]);
  }
}

/** What Crane itself finds in a policy, each as `file:line:column message`. Tests may say more: they are never in force. */
export function policyProblems(kind: PolicyKind, files: readonly PolicyFile[]): string[] {
  return files
    .filter(({ path }) => path.endsWith('.rego') && !path.endsWith('_test.rego'))
    .flatMap(({ path, text }) =>
      guardRego(kind, text).map(({ line, column, message }) => `${path}:${line}:${column} ${message}`),
    );
}

export function invalidPolicy(
  problems: readonly string[],
  fix = 'Check it as often as you like: crane policy check DIR',
): CraneError {
  const [first = 'it cannot be used', ...more] = problems;
  return new CraneError('policy.invalid', {
    message: `The policy is not taken: ${first}${more.length === 0 ? '' : ` (and ${more.length} more)`}.`,
    fix,
    errors: problems.slice(0, 50).map((message) => ({ pointer: '/files', message })),
  });
}

/** The newest activation of each scope, in words for a person: which one decides for this app, or for the platform. */
export function inForce(
  own: PolicyActivation | null,
  platform: PolicyActivation | null,
  { isOwnAllowed }: { isOwnAllowed: boolean },
): PolicyActivation | null {
  if (own !== null && own.number !== null && isOwnAllowed) return own;
  return platform !== null && platform.number !== null ? platform : null;
}
