import type { App } from '../core/app/app.ts';
import { CraneError } from '../core/error/crane-error.ts';
import { scopeOf, type ActionDeps, type Actor } from './action-deps.ts';

/** The actor's app by id or unique name, or by its bare name when only one app has it. Another owner's app does not exist. */
export function findApp(deps: Pick<ActionDeps, 'store'>, actor: Actor, ref: string): App {
  const scope = scopeOf(actor);
  const found = deps.store.apps.find(scope, /^\d+$/.test(ref) ? Number(ref) : ref);
  if (found !== null) return found;
  const named = deps.store.apps.findByName(scope, ref);
  const [only] = named;
  if (only !== undefined && named.length === 1) return only;
  const fix =
    named.length > 1
      ? `Say which one: ${named.map((app) => app.uniqueName).join(', ')}.`
      : 'List your apps with: crane ls';
  throw new CraneError('app.not_found', {
    message: `There is no app ${JSON.stringify(ref.slice(0, 80))}.`,
    fix,
  });
}
