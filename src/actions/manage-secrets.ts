import type { App, Release } from '../core/app/app.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { AppSecret } from '../core/port/secret-store.ts';
import { externalSecrets, fileUses } from '../core/service/file-uses.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';

/** A secret as people may see it: never what is in it. */
export type SecretView = {
  name: string;
  updatedAt: number;
  /** Null = the person is gone. */
  updatedBy: string | null;
  /** Services of the present release that use it. */
  services: string[];
  /** What runs has this value; null = nothing that runs uses it. */
  isApplied: boolean | null;
};

type Deps = Pick<ActionDeps, 'store' | 'clock'>;

/** An app has at most so many secrets. */
const mostSecrets = 200;

export function listSecrets(
  { store }: Pick<Deps, 'store'>,
  actor: Actor,
  input: { app: string },
): SecretView[] {
  const app = findApp({ store }, actor, input.app);
  const release = currentRelease({ store }, app);
  return store.secrets.list(app.id).map((secret) => describe({ store }, app, release, secret));
}

/** What runs keeps the value that it was deployed with; the next deployment brings this one. */
export function setSecret(
  deps: Deps,
  actor: Actor,
  input: { app: string; name: string; value: string },
): SecretView {
  return deps.store.transaction(() => {
    const app = findApp(deps, actor, input.app);
    keepSecret(deps, actor, app, input);
    const secret = deps.store.secrets.list(app.id).find(({ name }) => name === input.name);
    if (secret === undefined) throw new Error('the secret was not kept');
    return describe(deps, app, currentRelease(deps, app), secret);
  });
}

/** Part of a transaction. */
export function keepSecret(
  { store, clock }: Deps,
  actor: Actor,
  app: App,
  { name, value }: { name: string; value: string },
): void {
  const known = store.secrets.list(app.id);
  if (known.length >= mostSecrets && known.every((secret) => secret.name !== name))
    throw new CraneError('app.conflict', {
      message: `${app.uniqueName} has ${mostSecrets} secrets.`,
      fix: `Remove some: crane secret ls ${app.uniqueName}`,
    });
  const at = clock.now();
  store.secrets.set({ appId: app.id, name, value, updatedAt: at, updatedBy: actor.user.id });
  tell({ store, clock }, app, name, `${actor.user.name} set the secret ${name} of ${app.uniqueName}`);
}

/** One that the present release uses stays: no deployment and no rollback could be done without it. */
export function removeSecret(deps: Deps, actor: Actor, input: { app: string; name: string }): void {
  deps.store.transaction(() => {
    const app = findApp(deps, actor, input.app);
    const services = usersOf(currentRelease(deps, app), input.name);
    if (services.length > 0)
      throw new CraneError('app.conflict', {
        message: `${services.join(', ')} of ${app.uniqueName} uses the secret ${input.name}.`,
        fix: 'Take it out of the compose file and deploy that first.',
      });
    if (!deps.store.secrets.remove(app.id, input.name))
      throw new CraneError('secret.not_found', {
        message: `${app.uniqueName} has no secret ${JSON.stringify(input.name.slice(0, 80))}.`,
        fix: `List them with: crane secret ls ${app.uniqueName}`,
      });
    tell(deps, app, input.name, `${actor.user.name} removed the secret ${input.name} of ${app.uniqueName}`);
  });
}

function tell({ store, clock }: Deps, app: App, name: string, text: string): void {
  const data = { secret: name };
  store.feed.append({
    at: clock.now(),
    kind: 'secret.changed',
    appId: app.id,
    app: app.uniqueName,
    text,
    data,
  });
}

function describe(
  { store }: Pick<Deps, 'store'>,
  app: App,
  release: Release | null,
  { name, updatedAt, updatedBy }: AppSecret,
): SecretView {
  const services = usersOf(release, name);
  const person = store.users.find(updatedBy)?.name ?? null;
  return {
    name,
    updatedAt,
    updatedBy: person,
    services,
    isApplied: isApplied({ store }, app, release, name),
  };
}

function isApplied(
  { store }: Pick<Deps, 'store'>,
  app: App,
  release: Release | null,
  name: string,
): boolean | null {
  if (release === null || usersOf(release, name).length === 0) return null;
  const values = store.releases.secrets(app.id, release.number);
  const value = store.secrets.value(app.id, name);
  const keys = [...externalSecrets(release.project)].filter(([, stored]) => stored === name);
  return keys.every(([key]) => values[key] === value);
}

function usersOf(release: Release | null, name: string): string[] {
  if (release === null) return [];
  return Object.entries(release.project.services).flatMap(([service, spec]) =>
    fileUses(release.project, spec).some(
      ({ kind, name: key, object }) =>
        kind === 'secrets' && object.external === true && (object.name ?? key) === name,
    )
      ? [service]
      : [],
  );
}

function currentRelease({ store }: Pick<Deps, 'store'>, { id, releaseNumber }: App): Release | null {
  return releaseNumber === null ? null : store.releases.find(id, releaseNumber);
}
