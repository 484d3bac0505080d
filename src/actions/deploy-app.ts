import type { App, ResolvedImage } from '../core/app/app.ts';
import type { ComposeProject } from '../core/compose/compose-project.ts';
import type { ComposeProblem } from '../core/compose/load-compose.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Operation } from '../core/operation/operation.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { createApp } from './create-app.ts';
import { findApp } from './find-app.ts';
import { requireQuota } from './require-quota.ts';
import { findOwnApp } from './find-own-app.ts';
import { keepSecret } from './manage-secrets.ts';
import { checkDeployable, type ComposeInput } from './plan-deployment.ts';
import { refuseConflicts } from './refuse-conflicts.ts';
import { requireRunning } from './require-running.ts';
import { requireBuilds, type SentBuilds } from './require-builds.ts';
import { queueOperation, wakeFor } from './queue-operation.ts';
import { wantedReplicas } from './wanted-replicas.ts';
import { storedSecrets } from './stored-secrets.ts';

export type DeployInput = ComposeInput & {
  /** Name of a new app; else the compose file's `name`. */
  name?: string;
  /** An existing app to bring to this file. */
  app?: string;
  /** Without `app`: the actor's own app of this name is brought to this file, where there is one. */
  isUpdating?: boolean;
  pull?: 'missing' | 'always' | 'never';
  /** The new release gets so many of 100 requests, beside the app's own. */
  canary?: number;
  /** By service: what it is built from. */
  builds?: SentBuilds;
  /** Also what has an image already. */
  isBuilding?: boolean;
  /** Secrets that the app is given with it, by name; kept in the store, never in the order. */
  secrets?: Readonly<Record<string, string>>;
};

/** What the deployment's worker is handed. */
export type DeployOrder = {
  compose: ComposeInput;
  pull: 'missing' | 'always' | 'never';
  canary?: number;
  builds: SentBuilds;
  isBuilding: boolean;
};

/** A deployment of a model that is resolved already: a clone, or a change of what runs. */
export type ProjectOrder = {
  project: ComposeProject;
  pull: DeployOrder['pull'];
  /** Images of services that are built: they are taken over. */
  built: Readonly<Record<string, ResolvedImage>>;
  /** Values of the secrets that come from the environment, by name. */
  secrets?: Readonly<Record<string, string>>;
  /** The folder of the file that it came from. */
  root?: string | null;
  /** What a change leaves alone: the very images of these services, and the replicas of those. */
  kept?: { images: Readonly<Record<string, ResolvedImage>>; replicas: readonly string[] };
};

/** Accepts a deployment: checked whole, stored, named; the workers resolve, scan and start it. The owner is the actor. */
export function deployApp(
  deps: ActionDeps,
  actor: Actor,
  input: DeployInput,
): { app: App; operation: Operation; warnings: readonly ComposeProblem[] } {
  const existing = findExisting(deps, actor, input);
  const first = checkDeployable(input, existing?.engineName ?? input.name);
  requireServices(first.project);
  requireBuilds(first.project, input);
  if (input.canary !== undefined) requireRunning(existing);
  const name = existing?.name ?? input.name ?? first.project.name;
  const order: DeployOrder = {
    compose: composeOrder(input),
    pull: input.pull ?? 'missing',
    ...(input.canary === undefined ? {} : { canary: input.canary }),
    builds: input.builds ?? {},
    isBuilding: input.isBuilding ?? false,
  };
  const accepted = deps.store.transaction(() => {
    if (existing !== null) refuseWhileBusy(deps, existing);
    const app = existing ?? createApp(deps, actor, name);
    refuseConflicts(deps, app, first);
    if (input.canary === undefined)
      requireRoom(deps, app, { project: first.project, isNew: existing === null });
    for (const [name, value] of Object.entries(input.secrets ?? {}))
      keepSecret(deps, actor, app, { name, value });
    storedSecrets(deps.store, app, first.project);
    return { app, operation: queueOperation(deps, actor, app, 'deploy', order) };
  });
  wakeFor(deps, accepted.app);
  return { ...accepted, warnings: first.warnings };
}

/** Whether the owner's quota has room for this model, with the replicas it would begin with. */
export function requireRoom(
  deps: ActionDeps,
  app: App,
  {
    project,
    kept = [],
    isNew = false,
  }: { project: ComposeProject; kept?: readonly string[]; isNew?: boolean },
): void {
  const replicas = wantedReplicas(deps.store, {
    appId: app.id,
    project,
    before: deps.store.targets.list(app.id),
    kept,
    isRestart: false,
    now: deps.clock.now(),
  });
  requireQuota(deps, app, { project, replicas, isNew });
}

/** The app that this brings to another release; null = it makes a new one. */
export function findExisting(deps: ActionDeps, actor: Actor, input: DeployInput): App | null {
  if (input.app !== undefined) return findApp(deps, actor, input.app);
  if (input.isUpdating !== true) return null;
  return findOwnApp(deps, actor, input.name ?? checkDeployable(input).project.name);
}

/** The texts as the workers find them again. */
export function composeOrder(input: ComposeInput): ComposeInput {
  return {
    files: input.files,
    support: input.support ?? {},
    environment: input.environment ?? {},
    profiles: input.profiles ?? [],
    ...(input.directory === undefined ? {} : { directory: input.directory }),
  };
}

function requireServices(project: ComposeProject): void {
  if (Object.keys(project.services).length > 0) return;
  throw new CraneError('compose.invalid', {
    message: 'No service is selected.',
    fix: 'Add a service, or name the profile that holds it.',
  });
}

/** One deployment of an app at a time; others are told to wait. */
export function refuseWhileBusy(deps: ActionDeps, app: App): void {
  if (app.intent === 'deleted')
    throw new CraneError('app.conflict', {
      message: `${app.uniqueName} is being deleted.`,
      fix: 'Deploy it under a new name, or wait.',
    });
  const open = deps.store.operations
    .listOpen()
    .find((operation) => operation.appId === app.id && !['load', 'chaos'].includes(operation.kind));
  if (open === undefined) return;
  if (deps.store.pauses.find(app.id)?.operationId === open.id)
    throw new CraneError('app.busy', {
      message: `${app.uniqueName} is busy: ${open.kind} (${open.id}) is paused.`,
      fix: `Let it go on: crane resume ${app.uniqueName}; or end it: crane cancel ${open.id}`,
    });
  throw new CraneError('app.busy', {
    message: `${app.uniqueName} is busy: ${open.kind} (${open.id}) is under way.`,
    fix: `Wait for it, or end it: crane cancel ${open.id}`,
  });
}
