import type { App } from '../core/app/app.ts';
import type { ComposeProject } from '../core/compose/compose-project.ts';
import { rebaseProject } from '../core/compose/rebase-project.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { Operation } from '../core/operation/operation.ts';
import { environmentSecrets, externalSecrets } from '../core/service/file-uses.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { carrySettings, settingsOf } from './carry-settings.ts';
import { createApp } from './create-app.ts';
import { requireRoom, type ProjectOrder } from './deploy-app.ts';
import { findApp } from './find-app.ts';
import { keepSecret } from './manage-secrets.ts';
import { queueOperation, wakeFor } from './queue-operation.ts';

/**
 * A new app from the current release of another: own id, name, hosts, networks and (empty) volumes. The original is
 * untouched; a clone can be cloned. Rules, modes and schedules go along; holds of replicas do not. Values of secrets are copied only when that is asked for.
 */
export function cloneApp(
  deps: ActionDeps,
  actor: Actor,
  input: { app: string; name?: string; withSecrets?: boolean },
): { app: App; operation: Operation } {
  const accepted = deps.store.transaction(() => {
    const source = findApp(deps, actor, input.app);
    const release =
      source.releaseNumber === null ? null : deps.store.releases.find(source.id, source.releaseNumber);
    if (release === null)
      throw new CraneError('release.not_found', {
        message: `${source.uniqueName} has no release to clone.`,
        fix: 'Deploy it first.',
      });
    const secrets = input.withSecrets === true ? deps.store.releases.secrets(source.id, release.number) : {};
    requireSecrets(release.project, secrets);
    const app = createApp(deps, actor, input.name ?? source.name, source);
    for (const [key, name] of externalSecrets(release.project))
      keepSecret(deps, actor, app, { name, value: secrets[key] ?? '' });
    const settings = settingsOf(deps.store, source.id, Object.keys(release.project.services));
    carrySettings(deps, actor, app, settings, source.uniqueName);
    requireRoom(deps, app, { project: release.project, isNew: true });
    const built = Object.entries(release.images).filter(
      ([service]) => release.project.services[service]?.build !== undefined,
    );
    const order: ProjectOrder = {
      project: rebaseProject(release.project, app.engineName),
      pull: 'missing',
      built: Object.fromEntries(built),
      secrets,
      root: release.root ?? null,
    };
    return { app, operation: queueOperation(deps, actor, app, 'deploy', order) };
  });
  wakeFor(deps, accepted.app);
  return accepted;
}

function requireSecrets(project: ComposeProject, secrets: Readonly<Record<string, string>>): void {
  const needed = [...environmentSecrets(project).keys(), ...externalSecrets(project).keys()];
  const missing = needed.filter((name) => !Object.hasOwn(secrets, name));
  if (missing.length === 0) return;
  throw new CraneError('app.conflict', {
    message: `Secrets are not copied unless asked for, and this app needs ${missing.join(', ')}.`,
    fix: 'Clone with --with-secrets (API: "withSecrets": true), or deploy the compose file under a new name.',
  });
}
