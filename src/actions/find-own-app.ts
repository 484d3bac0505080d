import type { App } from '../core/app/app.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { ActionDeps, Actor } from './action-deps.ts';

/** The actor's own app of this name, to be brought to new files; null when there is none. @throws `input.invalid` when there are several. */
export function findOwnApp({ store }: Pick<ActionDeps, 'store'>, { user }: Actor, name: string): App | null {
  const named = store.apps
    .findByName({ kind: 'owner', userId: user.id }, name)
    .filter((app) => app.intent !== 'deleted');
  const [only] = named;
  if (named.length <= 1) return only ?? null;
  throw new CraneError('input.invalid', {
    message: `Several of your apps are named ${name}: ${named.map((app) => app.uniqueName).join(', ')}.`,
    fix: `Say which with --app ${only?.uniqueName ?? 'APP'}, or choose another --name.`,
  });
}
