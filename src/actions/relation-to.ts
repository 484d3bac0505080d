import type { Relation } from '../core/access/access.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findOperation } from './cancel-operation.ts';
import { findDecision } from './explain-decision.ts';
import { findApp } from './find-app.ts';

/** What a request is about, by its address. */
export type Resource =
  | { kind: 'none' }
  | { kind: 'app'; ref: string }
  | { kind: 'operation' | 'decision'; id: string };

/**
 * What a resource is to the actor. What is not within their sight is `other`, whether it exists or not, and comes with what to say of it.
 */
export function relationTo(
  deps: Pick<ActionDeps, 'store'>,
  actor: Actor,
  resource: Resource,
): { relation: Relation; absence: CraneError | null } {
  if (resource.kind === 'none') return { relation: 'none', absence: null };
  try {
    const found = findResource(deps, actor, resource);
    return { relation: relationOf(deps, actor, found), absence: null };
  } catch (error) {
    if (!(error instanceof CraneError) || !error.code.endsWith('.not_found')) throw error;
    return { relation: 'other', absence: error };
  }
}

function findResource(
  deps: Pick<ActionDeps, 'store'>,
  actor: Actor,
  resource: Exclude<Resource, { kind: 'none' }>,
): { appId: number; ownerId: number | null } {
  if (resource.kind === 'app') {
    const { id, ownerId } = findApp(deps, actor, resource.ref);
    return { appId: id, ownerId };
  }
  const { appId } =
    resource.kind === 'operation'
      ? findOperation(deps, actor, resource.id)
      : findDecision(deps, actor, resource.id);
  return { appId, ownerId: deps.store.apps.ownerOf(appId) };
}

function relationOf(
  deps: Pick<ActionDeps, 'store'>,
  { user }: Actor,
  { appId, ownerId }: { appId: number; ownerId: number | null },
): Relation {
  if (ownerId === user.id) return 'own';
  if (user.role === 'admin') return 'other';
  return deps.store.groups.roleFor(user.id, appId) ?? 'other';
}
