import { spawn } from 'node:child_process';
import { CraneError } from '../../../core/error/crane-error.ts';
import {
  helperFor,
  parseHelperReply,
  registryKey,
  storedAuthFor,
  type DockerConfig,
  type RegistryAuth,
} from './registry-auth.ts';

/** Looks up what a person logged in with (`docker login`); null = anonymous. Secrets never reach errors or logs. */
export type RegistryCredentials = {
  find(registry: string, signal?: AbortSignal): Promise<RegistryAuth | null>;
};

const helperTimeoutMs = 20_000;
const maxOutput = 64 * 1024;

/**
 * Credentials after the user's Docker configuration. `environment` is what a helper program sees (PATH, HOME, its own
 * settings).
 */
export function createRegistryCredentials(
  config: DockerConfig,
  environment: Readonly<Record<string, string | undefined>>,
): RegistryCredentials {
  return {
    async find(registry, signal) {
      const helper = helperFor(config, registry);
      if (helper === null) return storedAuthFor(config, registry);
      const output = await askHelper(helper, registryKey(registry), environment, signal);
      return output === null ? storedAuthFor(config, registry) : parseHelperReply(output, registry);
    },
  };
}

/** Runs `docker-credential-<helper> get` with the registry on its standard input. Null when it knows nothing. */
function askHelper(
  helper: string,
  registry: string,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(helper))
    throw new CraneError('input.invalid', {
      message: `The Docker configuration names "${helper.slice(0, 80)}" as its credential helper, which is no program name.`,
      fix: 'Correct credsStore or credHelpers in ~/.docker/config.json.',
    });
  const program = `docker-credential-${helper}`;
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['get'], {
      env: { ...environment },
      stdio: ['pipe', 'pipe', 'ignore'],
      ...(signal === undefined ? {} : { signal }),
    });
    // Not spawn's own time-out: its timer stays when the program does not exist.
    const timer = setTimeout(() => child.kill(), helperTimeoutMs);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < maxOutput) output += text;
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${registry}\n`);
    child.once('error', (cause) => {
      clearTimeout(timer);
      reject(helperError(program, cause));
    });
    child.once('close', (code, killedBy) => {
      clearTimeout(timer);
      if (killedBy !== null) reject(helperError(program, new Error(`it was ended by ${killedBy}`)));
      else resolve(code === 0 ? output : null);
    });
  });
}

function helperError(program: string, cause: Error): CraneError {
  return new CraneError(
    'image.pull_failed',
    {
      message: `The credential helper ${program} could not be asked (${cause.message}).`,
      fix: 'Install it, or remove it from credsStore and credHelpers in ~/.docker/config.json.',
    },
    { cause },
  );
}
