import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { toCraneError } from '../core/error/crane-error.ts';
import type { Parts } from '../core/port/parts.ts';
import type { EngineClient } from '../runtime/docker/client/engine-client.ts';
import { findControlProcess } from './control-process.ts';
import { findPortHolder } from './find-port-holder.ts';
import { runProgram } from './run-program.ts';

export type Check = { name: string; state: 'ok' | 'warning' | 'failed'; text: string; fix: string | null };

type Request = {
  client: EngineClient;
  parts: Parts;
  dataFolder: string;
  apiPort: number;
  routerPort: number;
  imageTags: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
};

const leastMemory = 512 * 1024 ** 2;
const leastDisk = 5 * 1024 ** 3;

/** What is missing or wrong on this machine, each with the fix. Changes nothing. */
export async function examine(request: Request): Promise<{ ok: boolean; checks: Check[] }> {
  const engine = await checkEngine(request);
  const hasEngine = engine.state === 'ok';
  const checks = [
    engine,
    checkData(request),
    checkMemory(),
    checkDisk(request),
    ...(await Promise.all([
      checkPort(request, request.routerPort, 'router', 'CRANE_ROUTER_PORT'),
      checkPort(request, request.apiPort, 'API', 'CRANE_API_PORT'),
    ])),
    ...(hasEngine ? await checkImages(request) : []),
    ...(await checkParts(request)),
  ];
  return { ok: checks.every((check) => check.state !== 'failed'), checks };
}

async function checkEngine({ client }: Request): Promise<Check> {
  try {
    const [{ version }, api, info] = [
      await client.system.version(),
      await client.apiVersion(),
      await client.system.info(),
    ];
    return ok(
      'docker',
      `engine ${version}, API ${api}, cgroup v${info.cgroupVersion || '1'}, storage ${info.storageDriver}, at ${client.where}`,
    );
  } catch (error) {
    const failure = toCraneError(error);
    return {
      name: 'docker',
      state: 'failed',
      text: failure.message,
      fix: failure.facts.fix ?? 'Run: crane up',
    };
  }
}

function checkData({ dataFolder }: Request): Check {
  let place = dataFolder;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  try {
    accessSync(place, constants.W_OK);
    return ok('data folder', existsSync(dataFolder) ? dataFolder : `${dataFolder} (made by crane up)`);
  } catch {
    return {
      name: 'data folder',
      state: 'failed',
      text: `${place} cannot be written to`,
      fix: 'Change its permissions, or choose another: CRANE_DATA=…',
    };
  }
}

function checkMemory(): Check {
  const free = freemem();
  const text = `${Math.round(free / 1024 ** 2)} MiB free`;
  return free >= leastMemory
    ? ok('memory', text)
    : {
        name: 'memory',
        state: 'warning',
        text,
        fix: 'Close something: the platform needs about 250 MiB, apps come on top.',
      };
}

function checkDisk({ dataFolder }: Request): Check {
  let place = dataFolder;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  const { bavail, bsize } = statfsSync(place);
  const free = bavail * bsize;
  const text = `${Math.round(free / 1024 ** 3)} GiB free`;
  return free >= leastDisk
    ? ok('disk', text)
    : { name: 'disk', state: 'warning', text, fix: 'Free some space: images and builds need about 5 GiB.' };
}

async function checkPort(
  { dataFolder, client }: Request,
  port: number,
  what: string,
  variable: string,
): Promise<Check> {
  const name = `port ${port}`;
  if (await isFree(port)) return ok(name, `free for the ${what}`);
  const isOurs =
    what === 'API' ? findControlProcess(dataFolder) !== null : await isPublishedByCrane(client, port);
  if (isOurs) return ok(name, `the ${what} listens there`);
  const holder = findPortHolder(port);
  return {
    name,
    state: 'failed',
    text: `wanted by the ${what}, taken${holder === null ? '' : ` by ${holder}`}`,
    fix: `Free it, or choose another: ${variable}=${port + 1}`,
  };
}

async function isPublishedByCrane(client: EngineClient, port: number): Promise<boolean> {
  const routers = await client.containers
    .list({ all: false, filters: { label: ['crane.part=traefik'] } })
    .catch(() => []);
  return routers.some((router) => router.ports.some((item) => item.publicPort === port));
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

async function checkImages({ client, imageTags, environment }: Request): Promise<Check[]> {
  const missing: string[] = [];
  for (const tag of imageTags) if ((await client.images.find(tag)) === null) missing.push(tag);
  if (missing.length === 0) return [ok('images', `${imageTags.length} present`)];
  const go = await runProgram('go', ['version'], { environment, timeoutMs: 10_000 });
  const how =
    go.exitCode === 0
      ? `they are pulled, or built with ${go.output.trim()}`
      : 'they are pulled; without a registry Go 1.26 or newer is needed, and there is none';
  return [
    {
      name: 'images',
      state: 'warning',
      text: `missing: ${missing.join(', ')}; ${how}`,
      fix: 'Run: crane up',
    },
  ];
}

async function checkParts({ parts, dataFolder }: Request): Promise<Check[]> {
  const isUp = findControlProcess(dataFolder) !== null;
  const control = isUp
    ? ok('control plane', 'running')
    : ({ name: 'control plane', state: 'warning', text: 'not running', fix: 'Run: crane up' } as const);
  const states = (await parts.observe()).filter((part) => part.name !== 'docker' && part.name !== 'trivy');
  return [
    control,
    ...states.map((part): Check => {
      if (part.state === 'ok') return ok(part.name, part.version ?? 'healthy');
      const text = [part.state, part.reason, part.consequence].filter((item) => item !== null).join('; ');
      return {
        name: part.name,
        state: isUp ? 'failed' : 'warning',
        text,
        fix: 'Run: crane up (it starts what is down)',
      };
    }),
  ];
}

function ok(name: string, text: string): Check {
  return { name, state: 'ok', text, fix: null };
}
