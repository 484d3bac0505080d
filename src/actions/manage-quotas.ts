import type { User } from '../core/port/store.ts';
import { quotaOf, type Quota, type QuotaName, type QuotaUse } from '../core/quota/quota.ts';
import type { ActionDeps, Actor, PeopleDeps } from './action-deps.ts';
import { findUser } from './manage-users.ts';
import { defaultQuotaKey, mergeQuota, quotaInForce, readDefaultQuota } from './quota-in-force.ts';
import { requireAdmin } from './require-admin.ts';
import { useOf } from './require-quota.ts';

/** Limits of one's own; what is absent is as for everybody. */
export type OwnQuota = Partial<Quota>;
/** What holds, what of it is this person's own, and what they have of it. `used` null: something has no limit of its own. */
export type QuotaState = { quota: Quota; own: OwnQuota; used: Record<QuotaName, number | null> };

/** For admins: the limits of everybody with the role user, from now on. What people have already stays. */
export function setDefaultQuota(deps: Pick<ActionDeps, 'store'>, actor: Actor, change: OwnQuota): Quota {
  requireAdmin(actor);
  return deps.store.transaction(() => {
    const quota = mergeQuota(readDefaultQuota(deps.store), change);
    deps.store.settings.set(defaultQuotaKey, JSON.stringify(quota));
    return quota;
  });
}

export function describeQuota({ store }: Pick<ActionDeps, 'store'>, { id }: Pick<User, 'id'>): QuotaState {
  const use: QuotaUse = useOf({ store }, id);
  return {
    quota: quotaInForce(store, id),
    own: store.users.quota(id),
    used: quotaOf((name) => (use[name] === Infinity ? null : use[name])),
  };
}

/** For admins. @throws `user.not_found` */
export function readQuota(
  deps: Pick<PeopleDeps, 'store'>,
  actor: Actor,
  { name }: { name: string },
): QuotaState {
  requireAdmin(actor);
  return describeQuota(deps, findUser(deps, name));
}

/** Limits of this person alone, all at once: what is left out is as for everybody again. For admins. @throws `user.not_found` */
export function setQuota(
  deps: Pick<PeopleDeps, 'store'>,
  actor: Actor,
  { name, own }: { name: string; own: OwnQuota },
): QuotaState {
  requireAdmin(actor);
  return deps.store.transaction(() => {
    const user = findUser(deps, name);
    deps.store.users.setQuota(user.id, own);
    return describeQuota(deps, user);
  });
}
