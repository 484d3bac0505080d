import { z } from 'zod';
import { secretVersions } from '../../actions/stored-secrets.ts';
import { refuseConflicts } from '../../actions/refuse-conflicts.ts';
import { requireQuota } from '../../actions/require-quota.ts';
import { wantedReplicas } from '../../actions/wanted-replicas.ts';
import type { App, Release } from '../../core/app/app.ts';
import { diffRelease } from '../../core/plan/diff-release.ts';
import { restartDependents } from '../../core/plan/restart-dependents.ts';
import { scaleSettings } from '../../core/compose/scale-settings.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import type { OperationContext } from './operation-kind.ts';
import { networkOwner } from '../../core/route/desire-routes.ts';

/** What a deployment keeps in its operation until its end: the release it made, and what was wanted before. */
const attemptSchema = z.object({
  release: z.number(),
  before: z.object({
    release: z.number().nullable(),
    intent: z.enum(['running', 'stopped', 'deleted']),
    targets: z.record(z.string(), z.number()),
  }),
});
const storedSchema = z.object({ release: z.number() });
type Attempt = z.infer<typeof attemptSchema>;

/** Stores a release and what is wanted of it, together with what was wanted before. Returns its number. */
export function storeRelease(
  context: OperationContext,
  {
    secrets,
    keptReplicas = [],
    ...content
  }: Pick<Release, 'project' | 'images' | 'restarts' | 'root'> & {
    secrets: Readonly<Record<string, string>>;
    keptReplicas?: readonly string[];
  },
): number {
  const { state, app, operation } = context;
  const { store, clock } = state.deps;
  return store.transaction(() => {
    const now = requireApp(context);
    refuseConflicts({ ...state.deps, projectOf: (other) => projectOf(context, other) }, now, content);
    const at = clock.now();
    const targets = store.targets.list(app.id);
    const replicas = wantedReplicas(store, {
      appId: app.id,
      project: content.project,
      before: targets,
      kept: keptReplicas,
      isRestart: operation.kind === 'restart',
      now: at,
    });
    const quotaDeps = { ...state.deps, projectOf: (other: App) => projectOf(context, other) };
    requireQuota(quotaDeps, now, { project: content.project, replicas });
    const secretVersions = versionsOf(context, secrets);
    const release = store.releases.create(
      {
        appId: app.id,
        ...content,
        restarts: withDependents(context, now, { ...content, secretVersions }),
        secretVersions,
        createdAt: at,
        createdBy: operation.userId,
      },
      secrets,
    );
    const attempt: Attempt = {
      release: release.number,
      before: {
        release: now.releaseNumber,
        intent: now.intent,
        targets: Object.fromEntries(targets.map(({ service, replicas }) => [service, replicas])),
      },
    };
    for (const [service, wanted] of Object.entries(replicas))
      store.targets.set({ appId: app.id, service, replicas: wanted, at });
    for (const { service } of targets)
      if (release.project.services[service] === undefined) store.targets.remove(app.id, service);
    store.canaries.remove(app.id);
    store.apps.update(app.id, { releaseNumber: release.number, intent: 'running' }, at);
    store.operations.update(operation.id, { result: attempt });
    return release.number;
  });
}

/** Those to be restarted, and those that are restarted with what is replaced (`restart: true`). */
function withDependents(
  { state }: OperationContext,
  app: App,
  to: Pick<Release, 'project' | 'images' | 'restarts'> & { secretVersions: Record<string, number> },
): string[] {
  const { prefix } = state.deps.settings;
  const from = state.releases.find(app, app.releaseNumber);
  const diff = diffRelease({ ...networkOwner(prefix, app), from, to });
  const replaced = diff.services.filter(({ change }) => change === 'replace').map(({ service }) => service);
  return [...to.restarts, ...restartDependents(to.project, [...replaced, ...to.restarts])];
}

/** A secret with the value that it had keeps its version; another value has the new release's number. */
export function versionsOf(
  { state, app }: OperationContext,
  secrets: Readonly<Record<string, string>>,
): Record<string, number> {
  const { releases } = state.deps.store;
  const last = releases.list(app.id).at(-1);
  const values = last === undefined ? {} : releases.secrets(app.id, last.number);
  const versions = last?.secretVersions ?? {};
  return secretVersions({ values, versions }, secrets, (last?.number ?? 0) + 1);
}

function projectOf({ state }: OperationContext, app: App): Release['project'] | null {
  return state.releases.find(app, app.releaseNumber)?.project ?? null;
}

/** The app as it is now; rejects when it is gone or going. */
export function requireApp({ state, app }: OperationContext): App {
  const now = state.deps.store.apps.find({ kind: 'all' }, app.id);
  if (now === null || now.intent === 'deleted')
    throw new CraneError('app.conflict', `${app.uniqueName} is being deleted.`);
  return now;
}

/** Rejects when something else is wanted of the app than this release. */
export function requireCurrent(context: OperationContext, release: number): void {
  const now = requireApp(context);
  const canary = context.state.deps.store.canaries.find(now.id);
  if (now.intent === 'running' && (now.releaseNumber === release || canary?.release === release)) return;
  throw new CraneError('app.conflict', {
    message: `${now.uniqueName} was changed while release ${release} was on its way.`,
    fix: 'Deploy it again.',
  });
}

/**
 * The release of before is wanted again, at no smaller size than it had; an app that never had one is stopped, and one that
 * left nothing behind is forgotten. Part of the transaction that ends the operation.
 */
export function goBack({ state, app, operation }: OperationContext): void {
  const { store, clock } = state.deps;
  const now = store.apps.find({ kind: 'all' }, app.id);
  if (now === null || now.intent === 'deleted') return;
  const kept = store.operations.find({ kind: 'all' }, operation.id)?.result;
  const canary = store.canaries.find(app.id);
  if (canary !== null && storedSchema.safeParse(kept).data?.release === canary.release)
    store.canaries.remove(app.id);
  const attempt = attemptSchema.safeParse(kept);
  if (!attempt.success || now.releaseNumber !== attempt.data.release) {
    if (store.releases.list(app.id).length === 0) store.apps.remove(app.id);
    return;
  }
  const { before } = attempt.data;
  const release = before.release === null ? null : store.releases.find(app.id, before.release);
  for (const { service, replicas } of store.targets.list(app.id)) {
    const spec = release?.project.services[service];
    const old = before.targets[service];
    if (spec === undefined || old === undefined) store.targets.remove(app.id, service);
    else if (spec['x-crane']?.scale !== undefined)
      before.targets[service] = Math.max(old, Math.min(replicas, scaleSettings(spec).max));
  }
  for (const [service, replicas] of Object.entries(before.targets))
    store.targets.set({ appId: app.id, service, replicas, at: clock.now() });
  const intent = before.release === null ? 'stopped' : before.intent;
  store.apps.update(app.id, { releaseNumber: before.release, intent }, clock.now());
}
