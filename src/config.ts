import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { parseCidr } from './core/network/subnets.ts';
import { CraneError } from './core/error/crane-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const port = z.coerce.number().int().min(1).max(65535);
const milliseconds = (min: number, max: number): z.ZodType<number, unknown> =>
  z.coerce.number().int().min(min).max(max);
const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');

/** Every setting: the variable, its meaning, how it is read, and its default as shown in the documentation. */
const variables = {
  CRANE_DATA: {
    about: 'Folder of the database, the parts’ configuration, credentials and logs.',
    shape: z.string().min(1),
    byDefault: '${XDG_DATA_HOME:-~/.local/share}/crane',
  },
  CRANE_CACHE: {
    about: 'Folder of what builds from source leave for the next one.',
    shape: z.string().min(1),
    byDefault: '${XDG_CACHE_HOME:-~/.cache}/crane',
  },
  CRANE_PREFIX: {
    about: 'First part of the names of containers, networks and volumes.',
    shape: z.string().regex(/^[a-z][a-z0-9-]{0,20}$/, 'must be 1-21 characters a-z, 0-9 and -'),
    byDefault: 'crane',
  },
  CRANE_API_PORT: { about: 'Port of the API and UI, on loopback.', shape: port, byDefault: '7070' },
  CRANE_ROUTER_PORT: {
    about: 'Port on which the router publishes apps, on loopback.',
    shape: port,
    byDefault: '8080',
  },
  CRANE_INTERNAL_PORT: {
    about: 'Port of the internal listener (webhook, discovery, metrics), on the platform network’s gateway.',
    shape: port,
    byDefault: '7071',
  },
  CRANE_SUBNETS: {
    about:
      'Range that networks are allotted from: the first /24 for the platform, a /26 for each network of an app.',
    shape: z
      .string()
      .refine(
        (text) => (parseCidr(text)?.length ?? 33) <= 22,
        'must be an IPv4 range of at least a /22, such as 10.213.0.0/16',
      ),
    byDefault: '10.213.0.0/16',
  },
  CRANE_SCRAPE_MS: {
    about: 'Pace of the router’s scrape and of the alert rules, milliseconds.',
    shape: milliseconds(100, 60_000),
    byDefault: '250',
  },
  CRANE_FAST_LOOP_MS: {
    about: 'Pace of the autoscaler while an alert fires or more than the minimum runs.',
    shape: milliseconds(100, 60_000),
    byDefault: '1000',
  },
  CRANE_SLOW_LOOP_MS: {
    about: 'Pace of the autoscaler otherwise: with every alert lost the right size is reached all the same.',
    shape: milliseconds(1_000, 300_000),
    byDefault: '15000',
  },
  CRANE_DRAIN_MS: {
    about: 'Between the router’s confirmation that an instance is unrouted and its stop signal.',
    shape: milliseconds(0, 60_000),
    byDefault: '300',
  },
  CRANE_MONITOR_MS: {
    about: 'A deployment is stable when nothing failed for this long after all was ready.',
    shape: milliseconds(0, 600_000),
    byDefault: '1000',
  },
  CRANE_DEPLOY_TIMEOUT_MS: {
    about: 'A deployment that is not ready by then has failed.',
    shape: milliseconds(1_000, 3_600_000),
    byDefault: '120000',
  },
  CRANE_MAX_LOAD_RATE: {
    about: 'Most requests per second of a load.',
    shape: milliseconds(1, 100_000),
    byDefault: '2000',
  },
  CRANE_LOG_LEVEL: {
    about: 'Least level that is logged.',
    shape: z.enum(['debug', 'info', 'warn', 'error']),
    byDefault: 'info',
  },
  REMOVE_TEMP_FILES: {
    about: 'Whether the compose file generated for a deployment is removed when the deployment ends.',
    shape: flag,
    byDefault: 'true',
  },
} as const;

type Name = keyof typeof variables;

export type Config = {
  dataFolder: string;
  cacheFolder: string;
  prefix: string;
  apiPort: number;
  routerPort: number;
  internalPort: number;
  subnets: string;
  scrapeMs: number;
  fastLoopMs: number;
  slowLoopMs: number;
  drainMs: number;
  monitorMs: number;
  deployTimeoutMs: number;
  maxLoadRate: number;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
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

/** Reads the configuration; all wrong values are told at once (`input.invalid`). */
export function readConfig(environment: Environment = process.env): Config {
  const errors: { pointer: string; message: string }[] = [];
  const home = environment['HOME'] ?? homedir();
  const read = <K extends Name>(name: K): z.output<(typeof variables)[K]['shape']> => {
    const text =
      environment[name] === undefined || environment[name] === ''
        ? expand(variables[name].byDefault, environment, home)
        : environment[name];
    const parsed = variables[name].shape.safeParse(text);
    if (parsed.success) return parsed.data as z.output<(typeof variables)[K]['shape']>;
    errors.push({
      pointer: `/${name}`,
      message: `${name}: ${parsed.error.issues[0]?.message ?? 'not valid'} (saw ${JSON.stringify(text)})`,
    });
    return undefined as never;
  };
  const config: Config = {
    dataFolder: read('CRANE_DATA'),
    cacheFolder: read('CRANE_CACHE'),
    prefix: read('CRANE_PREFIX'),
    apiPort: read('CRANE_API_PORT'),
    routerPort: read('CRANE_ROUTER_PORT'),
    internalPort: read('CRANE_INTERNAL_PORT'),
    subnets: read('CRANE_SUBNETS'),
    scrapeMs: read('CRANE_SCRAPE_MS'),
    fastLoopMs: read('CRANE_FAST_LOOP_MS'),
    slowLoopMs: read('CRANE_SLOW_LOOP_MS'),
    drainMs: read('CRANE_DRAIN_MS'),
    monitorMs: read('CRANE_MONITOR_MS'),
    deployTimeoutMs: read('CRANE_DEPLOY_TIMEOUT_MS'),
    maxLoadRate: read('CRANE_MAX_LOAD_RATE'),
    logLevel: read('CRANE_LOG_LEVEL'),
    isRemovingTempFiles: read('REMOVE_TEMP_FILES'),
    docker: {
      dockerHost: environment['DOCKER_HOST'],
      dockerContext: environment['DOCKER_CONTEXT'],
      dockerTlsVerify: environment['DOCKER_TLS_VERIFY'],
      dockerCertPath: environment['DOCKER_CERT_PATH'],
      configFolder: environment['DOCKER_CONFIG'] ?? join(home, '.docker'),
      environment,
      isWindows: process.platform === 'win32',
    },
    environment,
  };
  const [first] = errors;
  if (first !== undefined)
    throw new CraneError('input.invalid', {
      message: first.message,
      fix: 'See docs/configuration.md.',
      errors,
    });
  return config;
}

function expand(text: string, environment: Environment, home: string): string {
  return text
    .replace('${XDG_DATA_HOME:-~/.local/share}', environment['XDG_DATA_HOME'] ?? join(home, '.local/share'))
    .replace('${XDG_CACHE_HOME:-~/.cache}', environment['XDG_CACHE_HOME'] ?? join(home, '.cache'));
}

/** docs/configuration.md. */
export function renderConfigurationDocs(): string {
  const rows = Object.entries(variables).map(
    ([name, { about, byDefault }]) => `| \`${name}\` | ${about} | \`${byDefault}\` |`,
  );
  return [
    '<!-- Generated by npm run generate from src/config.ts; do not edit. -->',
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
