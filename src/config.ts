import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import type { BuilderChoice } from './core/build/choose-builder.ts';
import { parseCidr } from './core/network/subnets.ts';
import { documented } from './documented-settings.ts';
import { CraneError } from './core/error/crane-error.ts';
import { isSafeProviderUrl } from './core/people/provider-url.ts';
import { checkTokenSecret } from './core/people/check-token-secret.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Digits only: `1e3`, `0x50` and `8080.0` are mistakes more often than meant. */
const whole = (min: number, max: number): z.ZodType<number> =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number from ${min} to ${max}`);
const port = whole(1, 65_535);
const folder = z.string().transform((path) => resolve(path));
const flag = z
  .enum(['true', 'false', '1', '0'], 'must be true, false, 1 or 0')
  .transform((text) => text === 'true' || text === '1');

/** How each is read. */
const fields = z.object({
  CRANE_DATA: folder,
  CRANE_CACHE: folder,
  CRANE_PREFIX: z.string().regex(/^[a-z][a-z0-9-]{0,20}$/, 'must be 1-21 characters a-z, 0-9 and -'),
  CRANE_API_PORT: port,
  CRANE_ROUTER_PORT: port,
  CRANE_TLS_PORT: port,
  CRANE_INTERNAL_PORT: port,
  CRANE_WAKE_PORT: port,
  CRANE_SUBNETS: z
    .string()
    .refine(
      (text) => (parseCidr(text)?.length ?? 33) <= 22,
      'must be an IPv4 range of at least a /22, such as 10.213.0.0/16',
    ),
  CRANE_SCRAPE_MS: whole(100, 60_000),
  CRANE_FAST_LOOP_MS: whole(100, 60_000),
  CRANE_SLOW_LOOP_MS: whole(1_000, 300_000),
  CRANE_DRAIN_MS: whole(0, 60_000),
  CRANE_MONITOR_MS: whole(0, 600_000),
  CRANE_DEPLOY_TIMEOUT_MS: whole(1_000, 3_600_000),
  CRANE_KEEP_RELEASES: whole(1, 10_000),
  CRANE_BUILD_MEMORY_MB: whole(16, 1_000_000),
  CRANE_BUILD_CPU_PERCENT: whole(1, 100),
  CRANE_BUILDER: z.enum(['auto', 'buildkit', 'classic']),
  CRANE_BUILD_TIMEOUT_MS: whole(1_000, 100_000_000),
  CRANE_CONTEXT_MB: whole(1, 100_000),
  CRANE_MAX_LOAD_RATE: whole(1, 100_000),
  CRANE_TOKEN_SECRET: z.string().superRefine((text, check) => {
    const problem = text === '' ? null : checkTokenSecret(text);
    if (problem !== null) check.addIssue({ code: 'custom', message: problem });
  }),
  CRANE_OIDC_ISSUER: z
    .string()
    .refine(
      (text) => text === '' || isSafeProviderUrl(text),
      'must be an https address, or an http one of this machine',
    ),
  CRANE_OIDC_CLIENT_ID: z.string(),
  CRANE_OIDC_CLIENT_SECRET: z.string(),
  CRANE_OIDC_NAME: z.string().max(60),
  CRANE_SECRET_KEY: z.string(),
  CRANE_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error'),
  CRANE_CRASH_AT: z.string(),
  CRANE_ALLOW_CRASH: flag,
  REMOVE_TEMP_FILES: flag,
} satisfies Record<keyof typeof documented, z.ZodType>);

const shape = fields
  .refine((values) => ![values.CRANE_API_PORT, values.CRANE_ROUTER_PORT].includes(values.CRANE_TLS_PORT), {
    path: ['CRANE_TLS_PORT'],
    message: 'must not be the same port as CRANE_API_PORT or CRANE_ROUTER_PORT',
  })
  .refine((values) => values.CRANE_API_PORT !== values.CRANE_ROUTER_PORT, {
    path: ['CRANE_ROUTER_PORT'],
    message: 'must not be the same port as CRANE_API_PORT',
  })
  .refine((values) => values.CRANE_INTERNAL_PORT !== values.CRANE_WAKE_PORT, {
    path: ['CRANE_WAKE_PORT'],
    message: 'must not be the same port as CRANE_INTERNAL_PORT',
  })
  .refine((values) => values.CRANE_CRASH_AT === '' || values.CRANE_ALLOW_CRASH, {
    path: ['CRANE_CRASH_AT'],
    message: 'kills the control plane, for tests only; set CRANE_ALLOW_CRASH=true to allow it',
  });

/** The configuration as the program uses it: folders absolute, times in milliseconds. */
export type Config = {
  dataFolder: string;
  cacheFolder: string;
  prefix: string;
  apiPort: number;
  routerPort: number;
  tlsPort: number;
  internalPort: number;
  wakePort: number;
  subnets: string;
  scrapeMs: number;
  fastLoopMs: number;
  slowLoopMs: number;
  drainMs: number;
  monitorMs: number;
  deployTimeoutMs: number;
  keptReleases: number;
  build: {
    memoryBytes: number;
    cpuShare: number;
    timeoutMs: number;
    contextBytes: number;
    builder: BuilderChoice;
  };
  maxLoadRate: number;
  /** Empty: follows from the installation. */
  tokenSecret: string;
  /** Null: people log in here only. */
  oidc: { issuer: string; clientId: string; clientSecret: string; name: string; redirectUri: string } | null;
  /** What secrets are sealed with; undefined = a key of the data folder. */
  secretKey: string | undefined;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** Empty: it does not die. */
  crashAt: string;
  isRemovingTempFiles: boolean;
  docker: {
    dockerHost: string | undefined;
    dockerContext: string | undefined;
    dockerTlsVerify: string | undefined;
    dockerCertPath: string | undefined;
    configFolder: string;
    environment: Environment;
    isWindows: boolean;
  };
  environment: Environment;
};

/**
 * Reads the configuration; an empty variable counts as unset, a relative folder is taken from the working directory.
 * All wrong values are told at once (`input.invalid`, exit code 2).
 */
export function readConfig(environment: Environment = process.env): Config {
  const home = environment['HOME'] || homedir();
  const given = Object.entries(documented).map(([name, { byDefault }]) => {
    const text = environment[name];
    return [name, text === undefined || text === '' ? expand(byDefault, environment, home) : text] as const;
  });
  const parsed = shape.safeParse(Object.fromEntries(given));
  if (!parsed.success) throw wrongValues(parsed.error.issues, new Map(given));
  const values = parsed.data;
  return {
    dataFolder: values.CRANE_DATA,
    cacheFolder: values.CRANE_CACHE,
    prefix: values.CRANE_PREFIX,
    apiPort: values.CRANE_API_PORT,
    routerPort: values.CRANE_ROUTER_PORT,
    tlsPort: values.CRANE_TLS_PORT,
    internalPort: values.CRANE_INTERNAL_PORT,
    wakePort: values.CRANE_WAKE_PORT,
    subnets: values.CRANE_SUBNETS,
    scrapeMs: values.CRANE_SCRAPE_MS,
    fastLoopMs: values.CRANE_FAST_LOOP_MS,
    slowLoopMs: values.CRANE_SLOW_LOOP_MS,
    drainMs: values.CRANE_DRAIN_MS,
    monitorMs: values.CRANE_MONITOR_MS,
    deployTimeoutMs: values.CRANE_DEPLOY_TIMEOUT_MS,
    keptReleases: values.CRANE_KEEP_RELEASES,
    build: {
      memoryBytes: values.CRANE_BUILD_MEMORY_MB * 1024 ** 2,
      cpuShare: values.CRANE_BUILD_CPU_PERCENT / 100,
      timeoutMs: values.CRANE_BUILD_TIMEOUT_MS,
      contextBytes: values.CRANE_CONTEXT_MB * 1024 ** 2,
      builder: values.CRANE_BUILDER,
    },
    maxLoadRate: values.CRANE_MAX_LOAD_RATE,
    tokenSecret: values.CRANE_TOKEN_SECRET,
    oidc:
      values.CRANE_OIDC_ISSUER === ''
        ? null
        : {
            issuer: values.CRANE_OIDC_ISSUER,
            clientId: values.CRANE_OIDC_CLIENT_ID,
            clientSecret: values.CRANE_OIDC_CLIENT_SECRET,
            name: values.CRANE_OIDC_NAME,
            redirectUri: `http://127.0.0.1:${values.CRANE_API_PORT}/api/v1/auth/provider/callback`,
          },
    secretKey: values.CRANE_SECRET_KEY === '' ? undefined : values.CRANE_SECRET_KEY,
    logLevel: values.CRANE_LOG_LEVEL,
    crashAt: values.CRANE_CRASH_AT,
    isRemovingTempFiles: values.REMOVE_TEMP_FILES,
    docker: {
      dockerHost: environment['DOCKER_HOST'],
      dockerContext: environment['DOCKER_CONTEXT'],
      dockerTlsVerify: environment['DOCKER_TLS_VERIFY'],
      dockerCertPath: environment['DOCKER_CERT_PATH'],
      configFolder: environment['DOCKER_CONFIG'] || join(home, '.docker'),
      environment,
      isWindows: process.platform === 'win32',
    },
    environment,
  };
}

function wrongValues(issues: readonly z.core.$ZodIssue[], given: ReadonlyMap<string, string>): CraneError {
  const errors = issues.map(({ path, message }) => {
    const name = String(path[0]);
    return {
      pointer: `/${name}`,
      message: `${name}: ${message}${isSecret(name) ? '' : ` (saw ${JSON.stringify(given.get(name))})`}`,
    };
  });
  const message = errors.map((error) => error.message).join('; ') || 'The configuration is not valid.';
  return new CraneError('input.invalid', { message, fix: 'See docs/configuration.md.', errors });
}

/** What must stand in no message. */
function isSecret(name: string): boolean {
  return name.endsWith('_SECRET') || name.endsWith('_KEY');
}

function expand(text: string, environment: Environment, home: string): string {
  const place = (name: string, otherwise: string): string => {
    const given = environment[name] ?? '';
    // The XDG Base Directory Specification: an empty or a relative path counts as unset.
    return isAbsolute(given) ? given : join(home, otherwise);
  };
  return text
    .replace('${XDG_DATA_HOME:-~/.local/share}', () => place('XDG_DATA_HOME', '.local/share'))
    .replace('${XDG_CACHE_HOME:-~/.cache}', () => place('XDG_CACHE_HOME', '.cache'));
}

/** docs/configuration.md. */
export function renderConfigurationDocs(): string {
  const rows = Object.entries(documented).map(
    ([name, { about, byDefault }]) => `| \`${name}\` | ${about} | \`${byDefault}\` |`,
  );
  return [
    '<!-- Generated by npm run generate from src/documented-settings.ts; do not edit. -->',
    '# Configuration',
    '',
    'Every setting is an environment variable; all have a default. Wrong values stop the start, all of them named.',
    '',
    '| variable | meaning | default |',
    '| --- | --- | --- |',
    ...rows,
    '',
    'The engine is found as the docker command finds it: `DOCKER_HOST`, `DOCKER_CONTEXT`, `DOCKER_TLS_VERIFY`, `DOCKER_CERT_PATH`,',
    '`DOCKER_CONFIG`. The command line also reads `CRANE_URL`, `CRANE_TOKEN`, `COMPOSE_FILE`, `COMPOSE_PROFILES`, `COMPOSE_ENV_FILES`,',
    '`NO_COLOR`. `CRANE_NODE` names another Node 24 for the launcher.',
    '',
  ].join('\n');
}
