import type { App } from '../core/app/app.ts';
import type { ComposeProject } from '../core/compose/compose-project.ts';
import { scaleSettings } from '../core/compose/scale-settings.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Store } from '../core/port/store.ts';
import {
  addUse,
  describeAmount,
  findExcess,
  mostByQuota,
  noUse,
  quotaNames,
  type QuotaExcess,
  type QuotaUse,
} from '../core/quota/quota.ts';
import { useOfInstance, useOfProject } from '../core/quota/use-of-project.ts';
import { canSleep } from '../core/scaling/idle.ts';
import { quotaInForce } from './quota-in-force.ts';

type QuotaDeps = {
  store: Pick<Store, 'apps' | 'releases' | 'targets' | 'users' | 'settings'>;
  /** The model an app is deployed from now; read from the store where nothing else is given. */
  projectOf?: (app: App) => ComposeProject | null;
};

/** What is wanted of all apps of this person but one. Instances of updates, canaries and one-off runs do not count. */
export function useOf(
  deps: QuotaDeps,
  userId: number,
  { but = null }: { but?: number | null } = {},
): QuotaUse {
  const apps = deps.store.apps.list({ kind: 'owner', userId });
  return apps.filter(({ id }) => id !== but).reduce((sum, app) => addUse(sum, useOfApp(deps, app)), noUse);
}

function useOfApp(deps: QuotaDeps, app: App): QuotaUse {
  if (app.intent === 'deleted') return noUse;
  const project = projectOf(deps, app);
  if (project === null) return { ...noUse, apps: 1 };
  if (app.intent === 'stopped') return useOfProject(project, () => 0);
  const targets = new Map(deps.store.targets.list(app.id).map((item) => [item.service, item.replicas]));
  return useOfProject(project, (service) => {
    const spec = project.services[service];
    // What sleeps may wake at any time: it keeps the place of one.
    const least = spec !== undefined && canSleep(scaleSettings(spec)) ? 1 : 0;
    return Math.max(targets.get(service) ?? 0, least);
  });
}

function projectOf({ store, projectOf: given }: QuotaDeps, app: App): ComposeProject | null {
  if (given !== undefined) return given(app);
  const { id, releaseNumber } = app;
  return releaseNumber === null ? null : (store.releases.find(id, releaseNumber)?.project ?? null);
}

/**
 * Refuses what would go beyond the quota of the app's owner. For use within the transaction that accepts it: of many at once those that
 * fit are accepted. @throws `quota.exceeded` with each quota, what is used and what was wanted
 */
export function requireQuota(
  deps: QuotaDeps,
  app: App,
  {
    project,
    replicas,
    isNew = false,
  }: { project: ComposeProject; replicas: Readonly<Record<string, number>>; isNew?: boolean },
): void {
  const quota = quotaInForce(deps.store, app.ownerId);
  if (quotaNames.every((name) => quota[name] === null)) return;
  const others = useOf(deps, app.ownerId, { but: app.id });
  const wanted = addUse(
    others,
    useOfProject(project, (service) => replicas[service] ?? 0),
  );
  const used = isNew ? others : addUse(others, useOfApp(deps, app));
  const excess = findExcess(quota, used, wanted);
  if (excess.length > 0) throw refusal(excess);
}

const nothing: ComposeProject = { name: 'nothing', services: {} };

/** The same for an app that is to run as it was deployed, at the size it had but for these services. */
export function requireRoomToRun(
  deps: QuotaDeps,
  app: App,
  { replicas = {}, isNew = false }: { replicas?: Readonly<Record<string, number>>; isNew?: boolean } = {},
): void {
  const project = projectOf(deps, app);
  if (project === null) return requireQuota(deps, app, { project: nothing, replicas: {}, isNew });
  const targets = deps.store.targets.list(app.id).map(({ service, replicas }) => [service, replicas]);
  requireQuota(deps, app, {
    project,
    replicas: { ...Object.fromEntries(targets), ...replicas },
    isNew,
  });
}

function refusal(excess: readonly QuotaExcess[]): CraneError {
  const texts = excess.map(
    ({ name, limit, used, wanted }) =>
      `${describeAmount(name, limit)} at most (used ${describeAmount(name, used)}, wanted ${describeAmount(name, wanted)})`,
  );
  return new CraneError('quota.exceeded', {
    message: `The quota is ${texts.join('; ')}.`,
    fix: 'Stop or remove something (crane ls), ask for less, or ask an admin: crane users quota NAME',
    errors: excess.map(({ name }, index) => ({ pointer: `/quota/${name}`, message: texts[index] ?? name })),
  });
}

/** How many instances of this service its owner may have now; null = no limit bounds them. */
export function quotaBoundOf(
  deps: QuotaDeps,
  app: App,
  { project, service, current }: { project: ComposeProject; service: string; current: number },
): { most: number; text: string } | null {
  const spec = project.services[service];
  const quota = quotaInForce(deps.store, app.ownerId);
  if (spec === undefined || quotaNames.every((name) => quota[name] === null)) return null;
  const held = canSleep(scaleSettings(spec)) ? Math.max(1, current) : current;
  return mostByQuota(quota, { used: useOf(deps, app.ownerId), each: useOfInstance(spec), current: held });
}
