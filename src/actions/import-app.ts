import type { Bundle } from '../core/bundle/bundle.ts';
import { CraneError } from '../core/error/crane-error.ts';
import type { DeployInput } from './deploy-app.ts';

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

/** The bundle as what is deployed: a new app. Its own router is left out: Crane has one. */
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
