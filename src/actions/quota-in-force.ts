import { z } from 'zod';
import { parseJson } from '../core/json/parse-json.ts';
import type { Store } from '../core/port/store.ts';
import { noQuota, quotaNames, quotaOf, shippedQuota, type Quota } from '../core/quota/quota.ts';

export const defaultQuotaKey = 'quota.default';
const limit = z.number().min(0).max(Number.MAX_SAFE_INTEGER).nullable();
const storedSchema = z.partialRecord(z.enum(quotaNames), limit);

/** What users have who have no limits of their own. */
export function readDefaultQuota({ settings }: Pick<Store, 'settings'>): Quota {
  const stored = settings.get(defaultQuotaKey);
  const parsed = stored === null ? null : storedSchema.safeParse(parseJson(stored));
  return parsed?.success === true ? mergeQuota(shippedQuota, parsed.data) : shippedQuota;
}

/** What holds for a person: their own limits, else those of everybody; admins have only their own. */
export function quotaInForce(store: Pick<Store, 'users' | 'settings'>, userId: number): Quota {
  const user = store.users.find(userId);
  const everybody = user?.role === 'admin' ? noQuota : readDefaultQuota(store);
  return mergeQuota(everybody, store.users.quota(userId));
}

/** The limits of `base`, but for those that `own` has. */
export function mergeQuota(base: Quota, own: Partial<Quota>): Quota {
  return quotaOf((name) => (own[name] === undefined ? base[name] : own[name]));
}
