import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngineClient } from '../../src/runtime/docker/client/open-engine-client.ts';
import type { EngineClient } from '../../src/runtime/docker/client/engine-client.ts';

const root = join(import.meta.dirname, '../..');

export type Run = { code: number | null; out: string; err: string };

/** A Crane of its own on the real engine: own data, names, ports and subnets, so that it disturbs no other. */
export type TestInstallation = {
  prefix: string;
  data: string;
  routerPort: number;
  apiUrl: string;
  /** Runs `./crane` with these arguments; extra variables win. */
  crane(args: readonly string[], extra?: Record<string, string>): Promise<Run>;
  /** The same, parsed: the JSON document of standard output. */
  json(args: readonly string[]): Promise<unknown>;
  /** Process id of the control plane. */
  controlPid(): number;
  engine: EngineClient;
  /** `down --purge`, keeping the images that the next test needs. */
  purge(): Promise<Run>;
};

export async function createInstallation(number: number): Promise<TestInstallation> {
  const data = mkdtempSync(join(tmpdir(), 'crane-e2e-'));
  const prefix = `e2e${number}`;
  const routerPort = 18_080 + number;
  const apiPort = 17_070 + number;
  const environment = {
    ...process.env,
    CRANE_DATA: data,
    CRANE_PREFIX: prefix,
    CRANE_ROUTER_PORT: String(routerPort),
    CRANE_API_PORT: String(apiPort),
    CRANE_INTERNAL_PORT: String(17_170 + number),
    CRANE_SUBNETS: `10.${220 + number}.0.0/16`,
    CRANE_URL: `http://127.0.0.1:${apiPort}`,
    CRANE_TOKEN: '',
    NO_COLOR: '1',
  };
  const crane: TestInstallation['crane'] = (args, extra = {}) => runCrane(args, { ...environment, ...extra });
  const engine = await openEngineClient({
    dockerHost: process.env['DOCKER_HOST'],
    configFolder: join(data, 'docker'),
    environment: process.env,
    isWindows: false,
  });
  return {
    prefix,
    data,
    routerPort,
    apiUrl: environment.CRANE_URL,
    crane,
    json: async (args) => {
      const run = await crane([...args, '--json']);
      if (run.code !== 0) throw new Error(`crane ${args.join(' ')} ended with ${run.code}: ${run.err}`);
      return JSON.parse(run.out);
    },
    controlPid: () => Number(readFileSync(join(data, 'crane.pid'), 'utf8')),
    engine,
    purge: async () => {
      const run = await crane(['down', '--purge', '--keep-images']);
      engine.close();
      rmSync(data, { recursive: true, force: true });
      return run;
    },
  };
}

function runCrane(args: readonly string[], environment: Record<string, string | undefined>): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(root, 'crane'), [...args], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 240_000,
    });
    const run: Run = { code: null, out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (run.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (run.err += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ ...run, code }));
  });
}

/** Names of all containers, networks and volumes on the engine, sorted. */
export async function inventory(engine: EngineClient): Promise<string[]> {
  const [containers, networks, volumes] = await Promise.all([
    engine.containers.list({ all: true }),
    engine.networks.list({}),
    engine.volumes.list({}),
  ]);
  return [
    ...containers.map((item) => `container ${item.name}`),
    ...networks.map((item) => `network ${item.name}`),
    ...volumes.map((item) => `volume ${item.name}`),
  ].sort();
}
