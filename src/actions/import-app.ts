import type { Bundle } from '../core/bundle/bundle.ts';
import { carriedSettings, type CarriedSettings } from '../core/bundle/carried-settings.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { carrySettings, checkSettings } from './carry-settings.ts';
import { checkCompose } from './plan-deployment.ts';
import { deployApp, type DeployInput } from './deploy-app.ts';

export type ImportInput = {
  files: Bundle['files'];
  /** Of the new app; else the bundle's. */
  name?: string;
  /** Text of an env file, in place of the bundle's `.env`. */
  envFile?: string;
  environment?: Readonly<Record<string, string>>;
  pull?: NonNullable<DeployInput['pull']>;
};

const main = 'compose.yaml';

/** A new app from the files of a bundle, with the settings that came along. Its own router is left out: Crane has one. */
export function importApp(
  deps: ActionDeps,
  actor: Actor,
  deployment: DeployInput,
  settings: CarriedSettings,
): ReturnType<typeof deployApp> {
  return deps.store.transaction(() => {
    const accepted = deployApp(deps, actor, deployment);
    carrySettings(deps, actor, accepted.app, settings, 'the bundle');
    return accepted;
  });
}

/** Rules, modes and schedules of a bundle. @throws `input.invalid` for those that would not be accepted one by one. */
export async function bundleSettings(
  deps: ActionDeps,
  deployment: DeployInput,
  signal?: AbortSignal,
): Promise<CarriedSettings> {
  const { project } = checkCompose(deployment, deployment.name);
  const settings = carriedSettings(project);
  await checkSettings(deps, project.name, settings, signal);
  return settings;
}

/** The bundle as what is deployed. */
export function bundleDeployment({ files, envFile, ...rest }: ImportInput): DeployInput {
  const compose = files.find(({ path }) => path === main);
  if (compose === undefined)
    throw new CraneError('input.invalid', {
      message: `The bundle holds no ${main}.`,
      fix: 'Pack the files themselves, not the folder around them.',
    });
  const support = Object.fromEntries(
    files.filter((file) => file !== compose).map((file) => [file.path, file.text]),
  );
  return {
    ...rest,
    files: [compose],
    support: envFile === undefined ? support : { ...support, '.env': envFile },
  };
}
