import type { ComposeProject } from '../../core/compose/compose-project.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import { neededApiVersion } from '../../core/service/needed-api-version.ts';
import { externalsOf, type External } from '../../core/service/externals.ts';
import { namedObjects, type NamedObject } from '../../core/service/object-conflicts.ts';
import type { OperationContext } from './operation-kind.ts';

/**
 * What an app needs and Crane does not make, before anything is stored or started: external networks, volumes and containers
 * are there and not another app's, what it names itself is nobody's yet or its own, and the engine is new enough.
 */
export async function checkSurroundings(context: OperationContext, project: ComposeProject): Promise<void> {
  const { state, signal } = context;
  const { runtime } = state.deps;
  for (const external of externalsOf(project)) await checkExternal(context, external);
  const { engineName } = context.app;
  for (const named of namedObjects({ engineName, project })) await checkNamed(context, named);
  const needed = neededApiVersion(project);
  if (needed === null) return;
  const { apiVersion, version } = await runtime.info(signal);
  if (isOlder(apiVersion, needed.version))
    throw new CraneError('compose.unsupported', {
      message: `${needed.path}: ${needed.what} needs an engine with API ${needed.version} or newer; this one (${version}) has ${apiVersion}.`,
      fix: 'Bring the engine up to date, or leave it out.',
    });
}

async function checkExternal({ state, app, signal }: OperationContext, external: External): Promise<void> {
  const { kind, name, path } = external;
  const found = await state.deps.runtime.findForeign(kind, name, signal);
  if (found === null)
    throw new CraneError('engine.not_found', {
      message: `${path}: there is no ${kind} named ${name}.`,
      fix:
        kind === 'container'
          ? 'Start it first, or remove what refers to it.'
          : `Make it first (docker ${kind} create ${name}), or remove external, and let Crane make it.`,
    });
  if (!found.isOwn) return;
  const owner = found.app === null ? null : state.deps.store.apps.find({ kind: 'all' }, found.app);
  // What an app left behind may be used again; the platform's own and other apps' may not.
  if (kind === 'volume' && found.app !== null && (owner === null || owner.id === app.id)) return;
  throw new CraneError('app.conflict', {
    message: `${path}: the ${kind} ${name} belongs to ${found.app ?? 'Crane itself'}, and apps are kept apart.`,
    fix: `Use a ${kind} of your own.`,
  });
}

/** What a person's own app left behind may be used again. */
async function checkNamed({ state, app, signal }: OperationContext, object: NamedObject): Promise<void> {
  const { kind, name, path } = object;
  const { runtime, store } = state.deps;
  const found = await runtime.findForeign(kind, name, signal);
  if (found === null || (found.isOwn && found.app === app.engineName)) return;
  const former = found.app === null ? null : idOf(found.app);
  const isLeft = former !== null && store.apps.find({ kind: 'all' }, former) === null;
  if (kind === 'volume' && isLeft && store.apps.ownerOf(former) === app.ownerId) return;
  throw new CraneError('app.conflict', {
    message: `${path.join('.')}: there is a ${kind} ${name} already, and it is not this app's.`,
    fix: 'Remove the name, and it gets one of its own.',
  });
}

/** `shop-7` → 7: an app's id outlives it. */
function idOf(engineName: string): number | null {
  const id = /-(\d{1,15})$/.exec(engineName)?.[1];
  return id === undefined ? null : Number(id);
}

function isOlder(have: string, wanted: string): boolean {
  const [major = 0, minor = 0] = have.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number);
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}
