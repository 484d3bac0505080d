import { randomBytes, randomInt } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainerSummary } from '../../src/runtime/docker/client/container-reply.ts';
import type { EngineClient } from '../../src/runtime/docker/client/engine-client.ts';
import { openTestEngine, removeLeftovers } from './docker-engine.ts';

const root = join(import.meta.dirname, '../..');

export type Run = { code: number | null; out: string; err: string };

/** A command that goes on; `out` and `err` grow. */
export type Running = { run: Run; child: ChildProcess; ended: Promise<Run> };

export type RunOptions = {
  /** Variables that win over the installation's own. */
  env?: Readonly<Record<string, string>>;
  cwd?: string;
};

/** A Crane of its own on the real engine: own data, names, ports and subnets, so that it disturbs no other. */
export type TestInstallation = {
  prefix: string;
  data: string;
  routerPort: number;
  tlsPort: number;
  apiPort: number;
  internalPort: number;
  wakePort: number;
  apiUrl: string;
  /** Runs `./crane` with these arguments to its end. */
  crane(args: readonly string[], options?: RunOptions): Promise<Run>;
  /** Begins `./crane` with these arguments. */
  start(args: readonly string[], options?: RunOptions): Running;
  /** Runs it with `--json`: the document of standard output. Fails with its error when it fails. */
  json(args: readonly string[], options?: RunOptions): Promise<unknown>;
  /** Process id of the control plane. */
  controlPid(): number;
  /** The label that all objects of this installation carry: `crane.instance=…`. */
  label(): string;
  /** Containers of apps of this installation, in every state; of one app where one is named. */
  instances(app?: string): Promise<ContainerSummary[]>;
  /** Names of all containers, networks and volumes on the engine but those of other installations, sorted. */
  inventory(): Promise<string[]>;
  engine: EngineClient;
  /** `down --purge`, keeping the images that the next test needs; what it left behind is removed, and named by an error. */
  purge(): Promise<void>;
};

export async function createInstallation(): Promise<TestInstallation> {
  const engine = await openTestEngine();
  const data = mkdtempSync(join(tmpdir(), 'crane-e2e-'));
  const prefix = `e2e-${randomBytes(3).toString('hex')}`;
  const [routerPort, apiPort, internalPort, tlsPort, wakePort] = await freePorts();
  const range = await takeRange(engine);
  const environment = {
    ...withoutCrane(process.env),
    CRANE_DATA: data,
    CRANE_PREFIX: prefix,
    CRANE_ROUTER_PORT: String(routerPort),
    CRANE_TLS_PORT: String(tlsPort),
    CRANE_API_PORT: String(apiPort),
    CRANE_INTERNAL_PORT: String(internalPort),
    CRANE_WAKE_PORT: String(wakePort),
    CRANE_SUBNETS: range.subnets,
    NO_COLOR: '1',
  };
  const start: TestInstallation['start'] = (args, { env = {}, cwd = root } = {}) =>
    startCrane(args, { ...environment, ...env }, cwd);
  const crane: TestInstallation['crane'] = async (args, options) => start(args, options).ended;
  let known: string | null = null;
  const readId = (): string | null =>
    (known ??= existsSync(join(data, 'installation'))
      ? readFileSync(join(data, 'installation'), 'utf8').trim()
      : null);
  const label = (): string => `crane.instance=${readId() ?? 'none'}`;
  return {
    prefix,
    data,
    routerPort,
    tlsPort,
    apiPort,
    internalPort,
    wakePort,
    apiUrl: `http://127.0.0.1:${apiPort}`,
    crane,
    start,
    json: async (args, options) => {
      const run = await crane([...args, '--json'], options);
      if (run.code !== 0) throw new Error(`crane ${args.join(' ')} ended with ${run.code}: ${run.err}`);
      return JSON.parse(run.out);
    },
    controlPid: () => Number(readFileSync(join(data, 'crane.pid'), 'utf8')),
    label,
    instances: (app) =>
      engine.containers.list({
        all: true,
        filters: { label: [label(), app === undefined ? 'crane.app' : `crane.app=${app}`] },
      }),
    inventory: () => inventory(engine, readId()),
    engine,
    purge: async () => {
      const id = readId();
      const run = await crane(['down', '--purge', '--keep-images']);
      const left = id === null ? [] : await removeLeftovers(engine, id);
      engine.close();
      range.release();
      rmSync(data, { recursive: true, force: true });
      if (run.code !== 0) throw new Error(`down --purge ended with ${run.code}: ${run.err}`);
      if (left.length > 0) throw new Error(`down --purge left behind: ${left.join(', ')}`);
    },
  };
}

/** The caller's own settings must not reach a test; only where builds are kept does not matter to it. */
function withoutCrane(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) =>
        name === 'CRANE_CACHE' ||
        name === 'CRANE_NODE' ||
        !/^(?:CRANE_|COMPOSE_|REMOVE_TEMP_FILES$|FORCE_COLOR$)/.test(name),
    ),
  );
}

function startCrane(args: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Running {
  const child = spawn(join(root, 'crane'), [...args], {
    env,
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 240_000,
  });
  const run: Run = { code: null, out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (run.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (run.err += text));
  const { promise, resolve, reject } = Promise.withResolvers<Run>();
  child.once('error', reject);
  child.once('close', (code) => {
    run.code = code;
    resolve(run);
  });
  return { run, child, ended: promise };
}

/** Five neighbouring ports that nobody listens on now. */
async function freePorts(): Promise<[number, number, number, number, number]> {
  for (;;) {
    const first = randomInt(17_000, 18_990);
    const ports: [number, number, number, number, number] = [
      first,
      first + 1,
      first + 2,
      first + 3,
      first + 4,
    ];
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean)) return ports;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}

/** A part of 10.220.0.0/16 that no network has, and that no other test takes until `release`: whoever listens on its port has it. */
async function takeRange(engine: EngineClient): Promise<{ subnets: string; release: () => void }> {
  const used = (await engine.networks.list()).flatMap((network) => network.subnets);
  const begin = randomInt(16);
  for (let offset = 0; offset < 16; offset += 1) {
    const index = (begin + offset) % 16;
    const isUsed = used.some((subnet) => {
      const [first, second, other] = subnet.split('.').map(Number);
      return first === 10 && second === 220 && other !== undefined && Math.floor(other / 16) === index;
    });
    const release = isUsed ? null : await listenAlone(16_960 + index);
    if (release !== null) return { subnets: `10.220.${index * 16}.0/20`, release };
  }
  throw new Error('no part of 10.220.0.0/16 is free on this engine');
}

/** Null when somebody listens there already. */
function listenAlone(port: number): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      server.unref();
      resolve(() => server.close());
    });
  });
}

type Named = { name: string; labels: Readonly<Record<string, string>> };

/** Names of objects that other tests make without Crane. */
const otherTest = /^crane-t[0-9a-f]{6}/;

async function inventory(engine: EngineClient, own: string | null): Promise<string[]> {
  const [containers, networks, volumes] = await Promise.all([
    engine.containers.list({ all: true }),
    engine.networks.list({}),
    engine.volumes.list({}),
  ]);
  const isOther = ({ name, labels }: Named): boolean =>
    otherTest.test(name) || (labels['crane.instance'] !== undefined && labels['crane.instance'] !== own);
  const name =
    (kind: string) =>
    (item: Named): string =>
      `${kind} ${item.name}`;
  return [
    ...containers.filter((item) => !isOther(item)).map(name('container')),
    ...networks.filter((item) => !isOther(item)).map(name('network')),
    ...volumes.filter((item) => !isOther(item)).map(name('volume')),
  ].sort();
}
