import type { AdmissionAction } from '../core/admission/admission.ts';
import { refusalOf } from '../core/admission/refusal.ts';
import type { App, Release } from '../core/app/app.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { admitApp, decide, groundOf, keep } from './admit-app.ts';

/** Verbs whose operation scans again before it judges: a scan of then is not asked for. */
const scanLater: readonly AdmissionAction[] = ['rollback', 'clone'];

/**
 * Whether what was deployed before may be done again now: policies may have changed since, and so may who asks. An app
 * without a release has nothing to judge. Throws as `admitApp` does.
 */
export async function admitRelease(
  deps: ActionDeps,
  actor: Actor,
  {
    app,
    action,
    services,
    release = current(deps, app),
  }: { app: App; action: AdmissionAction; services?: readonly string[]; release?: Release | null },
  signal?: AbortSignal,
): Promise<void> {
  if (release === null) return;
  const { project, images, root = null } = release;
  const isScanned = !scanLater.includes(action);
  const request = { action, actor: actor.user, app, project, images, isScanned, root };
  await admitApp(deps, services === undefined ? request : { ...request, services }, null, signal);
}

function current({ store }: ActionDeps, { id, releaseNumber }: App): Release | null {
  return releaseNumber === null ? null : store.releases.find(id, releaseNumber);
}

/** Whether a command may be run in an instance that runs. */
export async function admitCommand(
  deps: ActionDeps,
  actor: Actor,
  { app, service, user }: { app: App; service: string; user: string | null },
  signal?: AbortSignal,
): Promise<void> {
  const request = {
    action: 'exec' as const,
    actor: actor.user,
    app,
    project: { name: app.uniqueName, services: {} },
    images: {},
    isScanned: false,
    root: null,
  };
  const ground = groundOf(deps, request);
  const verdict = await decide(
    deps,
    {
      ...ground,
      service,
      create: null,
      exec: { user, privileged: false },
      clearSecrets: [],
      volumes: {},
      paths: [],
      project: { root: null },
      usesApiSocket: false,
    },
    signal,
  );
  const report = { ...verdict, violations: verdict.violations.map((item) => ({ ...item, service })) };
  if (report.violations.length > 0) keep(deps, request, report);
  const refusal = refusalOf(report, null);
  if (refusal !== null) throw refusal;
}
