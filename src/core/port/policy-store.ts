import type { PolicyActivation, PolicyRevision } from '../policy/policy-revision.ts';
import type { PolicyFile, PolicyKind, PolicyText } from '../policy/policy-text.ts';

/** Whose policies of which kind; null = the platform's. */
export type PolicyScope = { appId: number | null; kind: PolicyKind };

/** Saved policies. Those of an app go with it; the texts that ever decided stay. */
export type PolicyStore = {
  /** As the next number of its scope. */
  add(revision: Omit<PolicyRevision, 'number'> & { files: readonly PolicyFile[] }): PolicyRevision;
  find(scope: PolicyScope, number: number): PolicyRevision | null;
  /** All files of it, tests too; empty when there is no such number. */
  files(scope: PolicyScope, number: number): PolicyFile[];
  /** Newest first. */
  list(scope: PolicyScope): PolicyRevision[];
  activate(activation: PolicyActivation): void;
  /** The newest; null = there never was one. */
  active(scope: PolicyScope): PolicyActivation | null;
  /** Newest first; the last two hundred. */
  activations(scope: PolicyScope): PolicyActivation[];
  /** Once for each kind and revision. */
  keepText(text: PolicyText, at: number): void;
  text(kind: PolicyKind, revision: string): PolicyText | null;
};
