import { policyTextOf } from '../../core/policy/policy-revision.ts';
import { type PolicyFile, policyKinds, type PolicyText } from '../../core/policy/policy-text.ts';
import { readPolicies } from './read-policies.ts';
import { renderBundle } from './render-bundle.ts';

export type ShippedPolicies = {
  /** How the engine is talked to: the revision of them all, as decisions name it, and who may give it others. */
  engine: { revision: string; token: string };
  /** What the policy engine reads at its start. */
  files: PolicyFile[];
  /** Each kind's text: decisions can be replayed by it after an upgrade. */
  texts: PolicyText[];
};

/** The policies of this checkout, ready for an engine that takes others from whoever has `token`. */
export async function readShippedPolicies(directory: string, token: string): Promise<ShippedPolicies> {
  const shipped = await readPolicies(directory);
  const { revision, files } = renderBundle(shipped, { token });
  const texts = policyKinds.map((kind) => policyTextOf(kind, shipped, revision));
  return { engine: { revision, token }, files, texts };
}
