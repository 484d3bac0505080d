import { CraneError } from '../core/error/crane-error.ts';
import type { Operation } from '../core/operation/operation.ts';
import { scopeOf, type ActionDeps, type Actor } from './action-deps.ts';

/** The actor's operation. */
export function findOperation(deps: Pick<ActionDeps, 'store'>, actor: Actor, id: string): Operation {
  const operation = deps.store.operations.find(scopeOf(actor), id);
  if (operation === null)
    throw new CraneError('operation.not_found', {
      message: `There is no operation ${JSON.stringify(id.slice(0, 80))}.`,
      fix: 'List them with: GET /api/v1/apps/{app}/operations',
    });
  return operation;
}

/** Asks a running operation to stop; one that has ended is returned as it is. */
export function cancelOperation(deps: ActionDeps, actor: Actor, input: { id: string }): Operation {
  const operation = findOperation(deps, actor, input.id);
  if (operation.endedAt === null) deps.operations.cancel(operation.id);
  return findOperation(deps, actor, input.id);
}
