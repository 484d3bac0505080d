import type { App } from '../core/app/app.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { ActionDeps } from './action-deps.ts';

/** People tell their own apps apart by name; those of others do not matter. */
export function refuseTaken(deps: Pick<ActionDeps, 'store'>, app: App, name: string): void {
  const taken = deps.store.apps
    .findByName({ kind: 'owner', userId: app.ownerId }, name)
    .find((other) => other.id !== app.id);
  if (taken === undefined) return;
  throw new CraneError('app.name_taken', {
    message: `The name ${name} is taken: ${taken.uniqueName} has it.`,
    fix: `Choose another name, or rename that one first: crane rename ${taken.uniqueName} NAME`,
  });
}
