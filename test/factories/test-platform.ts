import { once } from 'node:events';
import { createServer } from 'node:http';
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Clock } from '../../src/core/port/clock.ts';
import { demultiplex } from '../../src/runtime/docker/client/demultiplex.ts';
import type { EngineClient } from '../../src/runtime/docker/client/engine-client.ts';
import { portOf } from './part-server.ts';
import { freeSubnets, openTestEngine, removeLeftovers, uniquePrefix } from './docker-engine.ts';

export type TestPart = {
  /** Folder under `images/`, or `whoami`. */
  part: 'traefik' | 'prometheus' | 'alertmanager' | 'opa' | 'trivy' | 'whoami';
  name: string;
  command?: readonly string[];
  /** Last number of its address in each network it is on. */
  host: number;
  networks: readonly string[];
  mounts?: readonly { folder: string; path: string }[];
  /** Folders it may write to, in memory. */
  writable?: readonly string[];
  /** Port of the container → port of this machine's loopback address. */
  publish?: Readonly<Record<number, number>>;
};

/** Real parts on networks of their own, as the platform runs them: not root, read-only, without capabilities. */
export type TestPlatform = {
  client: EngineClient;
  installation: string;
  /** Makes a network; `address` gives a host's address in it, 1 is this machine. */
  network(): Promise<{ name: string; address(host: number): string }>;
  start(part: TestPart): Promise<string>;
  stop(id: string): Promise<void>;
  logs(id: string): Promise<string>;
  /** Runs to its end; stdout and stderr together. */
  run(part: TestPart): Promise<{ exitCode: number; output: string }>;
  /** A folder that containers may read. */
  folder(): Promise<string>;
  write(path: string, text: string): Promise<void>;
  close(): Promise<void>;
};

const recipe = z.object({ localTag: z.string() });
const root = join(import.meta.dirname, '../..');

export async function partImage(part: TestPart['part']): Promise<string> {
  const folder = part === 'whoami' ? 'examples/whoami' : `images/${part}`;
  return recipe.parse(JSON.parse(await readFile(join(root, folder, 'image.json'), 'utf8'))).localTag;
}

export async function openTestPlatform(): Promise<TestPlatform> {
  const client = await openTestEngine();
  const installation = uniquePrefix();
  const labels = { 'crane.instance': installation };
  const folders: string[] = [];
  let networks = 0;

  const create = async (part: TestPart): Promise<string> => {
    const endpoints = await Promise.all(
      part.networks.map(async (network) => {
        const { subnets } = await client.networks.inspect(network);
        return [network, { IPAMConfig: { IPv4Address: hostAddress(subnets[0] ?? '', part.host) } }] as const;
      }),
    );
    const [first, ...others] = endpoints;
    const { id } = await client.containers.create({
      name: `${installation}-${part.name}`,
      create: {
        Image: await partImage(part.part),
        ...(part.command === undefined ? {} : { Cmd: [...part.command] }),
        Labels: labels,
        ExposedPorts: Object.fromEntries(Object.keys(part.publish ?? {}).map((port) => [`${port}/tcp`, {}])),
        HostConfig: {
          NetworkMode: first?.[0] ?? 'none',
          PortBindings: Object.fromEntries(
            Object.entries(part.publish ?? {}).map(([port, own]) => [
              `${port}/tcp`,
              [{ HostIp: '127.0.0.1', HostPort: String(own) }],
            ]),
          ),
          ReadonlyRootfs: true,
          CapDrop: ['ALL'],
          SecurityOpt: ['no-new-privileges:true'],
          Tmpfs: Object.fromEntries(['/tmp', ...(part.writable ?? [])].map((path) => [path, 'rw,mode=1777'])),
          Mounts: (part.mounts ?? []).map(({ folder, path }) => ({
            Type: 'bind',
            Source: folder,
            Target: path,
            ReadOnly: true,
          })),
        },
        NetworkingConfig: { EndpointsConfig: first === undefined ? {} : { [first[0]]: first[1] } },
      },
    });
    for (const [network, endpoint] of others) await client.networks.connect(network, id, endpoint);
    return id;
  };
  const logs = async (id: string): Promise<string> => {
    const options = { follow: false, tail: null, sinceMs: null, hasTimestamps: false };
    const pieces = await Array.fromAsync(
      demultiplex(client.containers.logs(id, options), 'Read the log of a part'),
    );
    return Buffer.concat(pieces.map((piece) => piece.bytes)).toString('utf8');
  };

  return {
    client,
    installation,
    async network() {
      networks += 1;
      const [subnet] = await freeSubnets(client, 1);
      assert.ok(subnet !== undefined);
      const name = `${installation}-net${networks}`;
      await client.networks.create({ name, subnets: [{ subnet }], labels });
      return { name, address: (host) => hostAddress(subnet, host) };
    },
    async start(part) {
      const id = await create(part);
      await client.containers.start(id);
      return id;
    },
    async stop(id) {
      await client.containers.kill(id, 'SIGKILL');
      await client.containers.wait(id);
    },
    logs,
    async run(part) {
      const id = await create(part);
      await client.containers.start(id);
      const { exitCode } = await client.containers.wait(id, AbortSignal.timeout(60_000));
      const output = await logs(id);
      await client.containers.remove(id, { force: true });
      return { exitCode, output };
    },
    async folder() {
      const folder = await mkdtemp(join(tmpdir(), 'crane-parts-'));
      await chmod(folder, 0o755);
      folders.push(folder);
      return folder;
    },
    async write(path, text) {
      await mkdir(dirname(path), { recursive: true, mode: 0o755 });
      await writeFile(path, text, { mode: 0o644 });
    },
    async close() {
      await removeLeftovers(client, installation);
      client.close();
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A port of the loopback address that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

function hostAddress(subnet: string, host: number): string {
  return `${subnet.split('.').slice(0, 3).join('.')}.${host}`;
}

/** Asks again until the answer is not null; fails after `timeoutMs`, with the last error if there was one. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null>,
  { timeoutMs = 10_000, everyMs = 20 } = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown = null;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== null) return answer;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline)
      throw new Error(`not seen within ${timeoutMs} ms: ${what}`, { cause: last });
    await wait(everyMs);
  }
}

/** True when the address answers with a 2xx. */
export async function isOk(url: string): Promise<true | null> {
  const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
  await response.body?.cancel();
  return response.ok ? true : null;
}

export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  wait: (ms, signal) => wait(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};
