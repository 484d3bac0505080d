/** What a policy decides about. */
export const policyKinds = ['scaling', 'healing'] as const;
export type PolicyKind = (typeof policyKinds)[number];

/** One policy as it is evaluated: its rules and its settings, known by a digest of both. Never changed, so never renamed. */
export type PolicyText = {
  kind: PolicyKind;
  /** Hex digits. */
  revision: string;
  rego: string;
  /** JSON. */
  settings: string;
};

/** Which policy shall decide; its text is read only when the engine does not have it yet. */
export type PolicyPin = { revision: string; read: () => PolicyText };

/** A file of a draft; `path` as in the folder of policies: `scaling/scaling.rego`. */
export type PolicyFile = { path: string; text: string };
