import { bundleKey } from '../core/bundle/bundle-mark.ts';
import { carriedSettings, noSettings, type CarriedSettings } from '../core/bundle/carried-settings.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { carrySettings, checkSettings } from './carry-settings.ts';
import { deployApp, findExisting, type DeployInput } from './deploy-app.ts';
import { checkCompose } from './plan-deployment.ts';

/** Accepts a deployment. A new app gets the settings that its file brings along; one that is there keeps its own. */
export function deployWithSettings(
  deps: ActionDeps,
  actor: Actor,
  input: DeployInput,
  settings: CarriedSettings,
): ReturnType<typeof deployApp> {
  return deps.store.transaction(() => {
    const isNew = findExisting(deps, actor, input) === null;
    const accepted = deployApp(deps, actor, input);
    if (isNew) carrySettings(deps, actor, accepted.app, settings, 'its bundle');
    return accepted;
  });
}

/** Rules, modes and schedules of a file that was exported. @throws `input.invalid` for those that would not be accepted one by one. */
export async function broughtSettings(
  deps: ActionDeps,
  actor: Actor,
  input: DeployInput,
  signal?: AbortSignal,
): Promise<CarriedSettings> {
  // Most files are no bundles, and need not be read once more.
  if (!input.files.some(({ text }) => text.includes(bundleKey))) return noSettings;
  if (findExisting(deps, actor, input) !== null) return noSettings;
  const { project } = checkCompose(input, input.name);
  const settings = carriedSettings(project);
  await checkSettings(deps, project.name, settings, signal);
  return settings;
}
