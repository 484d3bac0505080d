import type { App } from '../core/app/app.ts';
import type { ComposeProject } from '../core/compose/compose-project.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Store } from '../core/port/store.ts';
import { externalSecrets } from '../core/service/file-uses.ts';

type Named = Pick<App, 'id' | 'uniqueName'>;

/**
 * The values of the secrets that a project leaves to Crane's own store (`external: true`), by the name in the file. Throws
 * `secret.missing` when the app was not given one of them.
 */
export function storedSecrets(
  store: Pick<Store, 'secrets'>,
  app: Named,
  project: ComposeProject,
): Record<string, string> {
  const values = presentSecrets(store, app, project);
  const missing = [...externalSecrets(project)].filter(([key]) => values[key] === undefined);
  if (missing.length > 0)
    throw missingSecrets(
      app.uniqueName,
      missing.map(([, name]) => name),
    );
  return values;
}

/** The same, without those that the app was not given. */
export function presentSecrets(
  { secrets }: Pick<Store, 'secrets'>,
  { id }: Pick<App, 'id'>,
  project: ComposeProject,
): Record<string, string> {
  const found = [...externalSecrets(project)].flatMap(([key, name]) => {
    const value = secrets.value(id, name);
    return value === null ? [] : [[key, value] as const];
  });
  return Object.fromEntries(found);
}

export function missingSecrets(app: string, missing: readonly string[]): CraneError {
  const [first = ''] = missing;
  return new CraneError('secret.missing', {
    message: `${app} was not given ${missing.length === 1 ? 'the secret' : 'the secrets'} ${missing.join(', ')}.`,
    fix: `Give it: crane secret set ${app} ${first}; with a first deployment: crane deploy --secret ${first}=FILE`,
  });
}

/** A secret with the value that it had keeps its version; another value has version `next`. */
export function secretVersions(
  before: { values: Readonly<Record<string, string>>; versions: Readonly<Record<string, number>> },
  values: Readonly<Record<string, string>>,
  next: number,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      before.values[name] === value ? (before.versions[name] ?? next) : next,
    ]),
  );
}
