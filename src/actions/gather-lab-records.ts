import type { App } from '../core/app/app.ts';
import type { LabRecord, LabRecords } from '../core/lab/lab-records.ts';
import { policyKinds } from '../core/policy/policy-text.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { describeApp } from './describe-app.ts';
import { describeCost } from './describe-cost.ts';

const mostDecisions = 500;
const mostOperations = 200;

/** What the learner's own apps are and did since the lab began, as goals look at it. */
export function gatherLabRecords(deps: ActionDeps, actor: Actor, since: number): LabRecords {
  const apps = deps.store.apps.list({ kind: 'owner', userId: actor.user.id });
  const ofApps = (read: (app: App) => LabRecord[]): LabRecord[] =>
    apps.flatMap((app) => read(app).map((record) => ({ app: app.uniqueName, ...record })));
  return {
    services: ofApps((app) =>
      describeApp(deps, actor, { app: app.uniqueName }).services.map((service) => ({
        ...service,
        stableRelease: app.stableReleaseNumber,
      })),
    ),
    releases: ofApps((app) => deps.store.releases.list(app.id).filter(isSince(since)).map(releaseRecord)),
    operations: ofApps((app) =>
      deps.store.operations
        .listForApp(app.id, mostOperations)
        .filter((operation) => operation.userId === actor.user.id && operation.createdAt >= since)
        .map(({ kind, status, error, result }) => ({ kind, status, error, result })),
    ),
    decisions: ofApps((app) => decisionsOf(deps, app, since)),
    policies: ofApps((app) => policiesOf(deps, app, since)),
    rules: ofApps((app) => {
      const set = deps.store.ruleSets.newest(app.id);
      return set === null || set.at < since ? [] : [...set.rules];
    }),
    costs: ofApps((app) => describeCost(deps, actor, { app: app.uniqueName, since }).apps[0]?.services ?? []),
  };
}

function isSince(since: number): (record: { createdAt: number }) => boolean {
  return ({ createdAt }) => createdAt >= since;
}

function releaseRecord({ number }: { number: number }): LabRecord {
  return { number };
}

function decisionsOf({ store }: ActionDeps, app: App, since: number): LabRecord[] {
  const page = { limit: mostDecisions, cursor: null };
  const own = new Set(
    policyKinds.flatMap((kind) =>
      store.policies.list({ appId: app.id, kind }).map((revision) => revision.revision),
    ),
  );
  return store.decisions
    .list({ kind: 'all' }, { appId: app.id }, page)
    .items.filter(({ at }) => at >= since)
    .map((decision) => ({
      ...decision,
      /** By a policy of this app's own. */
      isByOwnPolicy: decision.policyRevision !== null && own.has(decision.policyRevision),
    }));
}

function policiesOf({ store }: ActionDeps, app: App, since: number): LabRecord[] {
  return policyKinds.flatMap((kind) =>
    store.policies
      .activations({ appId: app.id, kind })
      .filter(({ at, number }) => at >= since && number !== null)
      .map(({ number, revision }) => ({ kind, number, revision })),
  );
}
