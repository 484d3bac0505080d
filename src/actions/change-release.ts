import type { App, Release, ResolvedImage } from '../core/app/app.ts';
import type { ComposeProject } from '../core/compose/compose-project.ts';
import { patchProject, resizedServices, type ProjectPatch } from '../core/compose/project-patch.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Operation } from '../core/operation/operation.ts';
import { diffRelease, type ReleaseDiff } from '../core/plan/diff-release.ts';
import { networkOwner } from '../core/route/desire-routes.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { refuseWhileBusy, requireRoom, type ProjectOrder } from './deploy-app.ts';
import { findApp } from './find-app.ts';
import { checkDeployable } from './plan-deployment.ts';
import { queueOperation, wakeFor } from './queue-operation.ts';
import { requireService } from './restart-app.ts';
import { secretVersions, storedSecrets } from './stored-secrets.ts';

export type ReleaseChange = {
  app: string;
  patch: ProjectPatch;
  pull?: ProjectOrder['pull'];
  /** Services whose image is looked up again although its name stays: the tag may have moved. */
  refresh?: readonly string[];
};

/** `operation` null: nothing differs, so nothing is done. */
export type ReleaseChanged = { app: App; operation: Operation | null; changes: ReleaseDiff };

/**
 * Changes what runs: a new release that differs in nothing but the patch, brought up as a deployment like any other. The images
 * of services whose image is not named stay the very ones they were, and their replicas too.
 */
export function changeRelease(deps: ActionDeps, actor: Actor, change: ReleaseChange): ReleaseChanged {
  const accepted = deps.store.transaction(() => {
    const app = findApp(deps, actor, change.app);
    refuseWhileBusy(deps, app);
    refuseStopped(app);
    const { order, changes } = planChange(deps, app, change);
    if (changes.isEmpty) return { app, operation: null, changes };
    requireRoom(deps, app, { project: order.project, kept: order.kept?.replicas ?? [] });
    return { app, operation: queueOperation(deps, actor, app, 'deploy', order), changes };
  });
  if (accepted.operation !== null) wakeFor(deps, accepted.app);
  return accepted;
}

/** What a person stopped stays stopped; a new release would start it. */
function refuseStopped(app: App): void {
  if (app.intent !== 'stopped') return;
  throw new CraneError('app.conflict', {
    message: `${app.uniqueName} is stopped.`,
    fix: `Start it first: crane start ${app.uniqueName}`,
  });
}

/** What the change would do; nothing is stored. */
export function previewChange(
  deps: ActionDeps,
  actor: Actor,
  change: ReleaseChange,
): { app: App; changes: ReleaseDiff } {
  const app = findApp(deps, actor, change.app);
  return { app, changes: planChange(deps, app, change).changes };
}

/** What is queued for it, without queueing it. */
export function planChange(
  deps: ActionDeps,
  app: App,
  { patch, pull = 'missing', refresh = [] }: ReleaseChange,
): { order: ProjectOrder; changes: ReleaseDiff; root: string | null } {
  const current = currentRelease(deps, app);
  for (const service of Object.keys(patch.services)) requireService(deps, app, service);
  const { root = null } = current;
  const before = deps.store.releases.secrets(app.id, current.number);
  const project = applyPatch(current.project, patch, app.engineName, before);
  const secrets = { ...before, ...storedSecrets(deps.store, app, project) };
  const versions = current.secretVersions ?? {};
  const kept = keptImages(current, project, refresh);
  const resized = resizedServices(patch);
  const changes = diffRelease({
    ...networkOwner(deps.settings.prefix, app),
    from: current,
    to: {
      project,
      images: { ...unresolved(project), ...kept },
      secretVersions: secretVersions({ values: before, versions }, secrets, current.number + 1),
    },
  });
  const replicas = Object.keys(project.services).filter((name) => !resized.includes(name));
  return { order: { project, pull, built: {}, secrets, kept: { images: kept, replicas } }, changes, root };
}

/** The patched project, judged by the same rules as a compose file. */
export function applyPatch(
  project: ComposeProject,
  patch: ProjectPatch,
  name: string,
  secrets: Readonly<Record<string, string>>,
): ComposeProject {
  const files = [{ path: 'compose.yaml', text: patchProject(project, patch) }];
  // Where the file says that a secret comes from, its value is found again.
  const environment = Object.fromEntries(
    Object.entries(project.secrets ?? {}).flatMap(([key, { environment: variable }]) =>
      variable === undefined || secrets[key] === undefined ? [] : [[variable, secrets[key]]],
    ),
  );
  try {
    return checkDeployable({ files, environment, profiles: ['*'] }, name).project;
  } catch (error) {
    throw withoutPlaces(error);
  }
}

/** The file was made here: its lines say nothing to who sent the patch, its pointers do. */
function withoutPlaces(error: unknown): unknown {
  if (!(error instanceof CraneError) || error.facts.errors === undefined) return error;
  const { errors, fix } = error.facts;
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new CraneError(
    error.code,
    {
      message: `${first?.message ?? 'The change is not possible.'}${more}`,
      ...(fix === undefined ? {} : { fix }),
      errors: errors.map(({ place: _place, ...rest }) => rest),
    },
    { cause: error },
  );
}

function currentRelease(deps: ActionDeps, app: App): Release {
  const release = app.releaseNumber === null ? null : deps.store.releases.find(app.id, app.releaseNumber);
  if (release !== null) return release;
  throw new CraneError('release.not_found', {
    message: `${app.uniqueName} has no release to change.`,
    fix: `Deploy it first: crane deploy --app ${app.uniqueName}`,
  });
}

function keptImages(
  current: Release,
  project: ComposeProject,
  refresh: readonly string[],
): Record<string, ResolvedImage> {
  return Object.fromEntries(
    Object.entries(project.services).flatMap(([name, { image }]) => {
      const kept = current.images[name];
      const isSame = image === current.project.services[name]?.image && !refresh.includes(name);
      return isSame && kept !== undefined ? [[name, kept]] : [];
    }),
  );
}

function unresolved(project: ComposeProject): Record<string, null> {
  return Object.fromEntries(Object.keys(project.services).map((name) => [name, null]));
}
