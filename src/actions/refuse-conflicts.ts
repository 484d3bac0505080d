import type { App } from '../core/app/app.ts';
import type { ComposeProject } from '../core/compose/compose-project.ts';
import type { Position } from '../core/compose/positions.ts';
import { pathText, placeOf as placeIn } from '../core/compose/report.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Store } from '../core/port/store.ts';
import { findConflicts, type Claimant, type Conflict } from '../core/route/find-conflicts.ts';

type Deps = {
  store: Pick<Store, 'apps' | 'releases'>;
  settings: { routerPort: number; tlsPort: number; prefix: string };
  /** The model an app is deployed from now; read from the store where nothing else is given. */
  projectOf?: (app: App) => ComposeProject | null;
};

/**
 * Refuses a model whose hosts, published ports, or named networks and volumes another app has, or Crane itself. For use within the transaction that accepts it:
 * of two that want the same, one is told. A stopped app keeps what it has; a deleted one does not.
 */
export function refuseConflicts(
  deps: Deps,
  app: App,
  model: { project: ComposeProject; positions?: ReadonlyMap<string, Position> },
): void {
  const projectOf = deps.projectOf ?? ((other: App) => storedProject(deps, other));
  const others = deps.store.apps.list({ kind: 'all' }).flatMap((other): Claimant[] => {
    const project = other.id === app.id || other.intent === 'deleted' ? null : projectOf(other);
    const label = other.ownerId === app.ownerId ? `the app ${other.uniqueName}` : 'an app of somebody else';
    return project === null ? [] : [{ app: other.uniqueName, engineName: other.engineName, label, project }];
  });
  const { uniqueName, engineName } = app;
  const own = { app: uniqueName, engineName, label: 'this app', project: model.project };
  const reserved = new Map([
    [deps.settings.routerPort, 'the router'],
    [deps.settings.tlsPort, 'the router with TLS'],
  ]);
  const conflicts = findConflicts({ own, others, reserved, prefix: deps.settings.prefix });
  const [first] = conflicts;
  if (first !== undefined) throw refusal(first, conflicts, model.positions ?? new Map());
}

function storedProject({ store }: Deps, { id, releaseNumber }: App): ComposeProject | null {
  return releaseNumber === null ? null : (store.releases.find(id, releaseNumber)?.project ?? null);
}

function refusal(
  first: Conflict,
  conflicts: readonly Conflict[],
  positions: ReadonlyMap<string, Position>,
): CraneError {
  const textOf = ({ path, message }: Conflict): string => `${pathText(path)}: ${message}`;
  const placeOf = ({ path }: Conflict): string => {
    const { file, line, column } = placeIn(path, positions);
    return positions.size === 0 ? '' : `${file}:${line}:${column} `;
  };
  const more = conflicts.length > 1 ? ` (and ${conflicts.length - 1} more)` : '';
  return new CraneError(first.code, {
    message: `${placeOf(first)}${textOf(first)}${more}`,
    fix: first.fix,
    errors: conflicts.map((conflict) => ({
      pointer: `/${conflict.path.join('/')}`,
      ...(positions.size === 0 ? {} : { place: placeOf(conflict).trim() }),
      message: textOf(conflict),
      fix: conflict.fix,
    })),
  });
}
