import { z } from 'zod';
import { CraneError } from '../core/error/crane-error.ts';
import { parseJson } from '../core/json/parse-json.ts';
import {
  defaultPolicyBounds,
  inForce,
  type PolicyActivation,
  type PolicyBounds,
} from '../core/policy/policy-revision.ts';
import type { PolicyKind, PolicyPin } from '../core/policy/policy-text.ts';
import type { Store } from '../core/port/store.ts';

type Deps = Pick<Store, 'policies' | 'settings'>;

const boundsKey = 'policy.bounds';
export const policyBoundsSchema = z.strictObject({
  isOwnAllowed: z.strictObject({ scaling: z.boolean(), healing: z.boolean() }),
  mostAtOnce: z.int().min(1).max(10_000).nullable(),
  quickReplacements: z.int().min(0).max(1_000),
}) satisfies z.ZodType<PolicyBounds>;

/** What an admin lets owners' policies do. */
export function readPolicyBounds({ settings }: Pick<Deps, 'settings'>): PolicyBounds {
  const stored = settings.get(boundsKey);
  if (stored === null) return defaultPolicyBounds;
  const parsed = policyBoundsSchema.safeParse(parseJson(stored));
  return parsed.success ? parsed.data : defaultPolicyBounds;
}

export function writePolicyBounds({ settings }: Pick<Deps, 'settings'>, bounds: PolicyBounds): void {
  settings.set(boundsKey, JSON.stringify(bounds));
}

/** What decides for an app, or for apps without a policy of their own (null); null = the shipped policy. */
export function policyInForce(store: Deps, appId: number | null, kind: PolicyKind): PolicyActivation | null {
  const { isOwnAllowed } = readPolicyBounds(store);
  const own = appId === null ? null : store.policies.active({ appId, kind });
  return inForce(own, store.policies.active({ appId: null, kind }), { isOwnAllowed: isOwnAllowed[kind] });
}

/** What decides for an app, ready to be asked, and the admin's bounds where it is the app's own. Undefined pin = the shipped policy. */
export function pinPolicy(
  store: Deps,
  appId: number,
  kind: PolicyKind,
): { pin: PolicyPin | undefined; ownBounds: PolicyBounds | null } {
  const active = policyInForce(store, appId, kind);
  if (active === null || active.revision === null) return { pin: undefined, ownBounds: null };
  const ownBounds = active.appId === null ? null : readPolicyBounds(store);
  return { pin: pinRevision(store, kind, active.revision), ownBounds };
}

/** A text that was in force once, by its digest. */
export function pinRevision(
  { policies }: Pick<Deps, 'policies'>,
  kind: PolicyKind,
  revision: string,
): PolicyPin {
  return {
    revision,
    read: () => {
      const text = policies.text(kind, revision);
      if (text !== null) return text;
      throw new CraneError('policy.not_found', `The text of ${kind} policy ${revision} is not kept.`);
    },
  };
}
