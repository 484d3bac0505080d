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
  /** All that the configuration names, by its key; one whose helper cannot be asked is left out. */
  findAll(signal?: AbortSignal): Promise<Record<string, RegistryAuth>>;
};

const helperTimeoutMs = 20_000;
const maxOutput = 64 * 1024;

/**
 * Credentials after the user's Docker configuration, read anew for each question: a person may log in at any time.
 * `environment` is what a helper program sees (PATH, HOME, its own settings).
 */
export function createRegistryCredentials(
  readConfig: () => Promise<DockerConfig>,
  environment: Readonly<Record<string, string | undefined>>,
  timeoutMs = helperTimeoutMs,
): RegistryCredentials {
  const ask = async (
    config: DockerConfig,
    registry: string,
    signal?: AbortSignal,
  ): Promise<RegistryAuth | null> => {
    const helper = helperFor(config, registry);
    if (helper === null) return storedAuthFor(config, registry);
    const output = await askHelper({ helper, server: registryKey(registry), environment, timeoutMs, signal });
    return output === null ? storedAuthFor(config, registry) : parseHelperReply(output, registry);
  };
  return {
    find: async (registry, signal) => ask(await readConfig(), registry, signal),
    findAll: async (signal) => {
      const config = await readConfig();
      const keys = [...new Set([...Object.keys(config.auths), ...Object.keys(config.credHelpers)])];
      const found = await Promise.allSettled(keys.map((key) => ask(config, key, signal)));
      return Object.fromEntries(
        found.flatMap((result, index) =>
          result.status === 'fulfilled' && result.value !== null
            ? [[keys[index] ?? '', result.value] as const]
            : [],
        ),
      );
    },
  };
}

/** Runs `docker-credential-<helper> get` with the registry on its standard input. Null when it knows nothing. */
function askHelper({
  helper,
  server,
  environment,
  timeoutMs,
  signal,
}: {
  helper: string;
  server: string;
  environment: Readonly<Record<string, string | undefined>>;
  timeoutMs: number;
  signal: AbortSignal | undefined;
}): Promise<string | null> {
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
      killSignal: 'SIGKILL',
      ...(signal === undefined ? {} : { signal }),
    });
    // Not spawn's own time-out: its timer stays when the program does not exist. What the program started may hold its
    // output open, so the end is not waited for.
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      child.stdout.destroy();
      reject(helperError(program, new Error(`it gave no answer within ${timeoutMs / 1000} s`)));
    }, timeoutMs);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < maxOutput) output += text;
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${server}\n`);
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
