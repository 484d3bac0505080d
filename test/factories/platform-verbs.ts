import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { freeRange } from '../../src/core/network/subnets.ts';
import { findInstallation } from '../../src/platform/installation.ts';
import type { EngineClient } from '../../src/runtime/docker/client/engine-client.ts';
import { openTestEngine, uniquePrefix } from './docker-engine.ts';
import { unusedUrl } from './part-server.ts';

const mainFile = join(import.meta.dirname, '../../src/main.ts');

const line = z.union([
  z.object({ at: z.number(), step: z.string(), state: z.string(), text: z.string() }).loose(),
  z.object({ result: z.unknown() }).strict(),
  z
    .object({
      error: z.object({ code: z.string(), message: z.string(), fix: z.string().optional() }).loose(),
    })
    .strict(),
]);
export type VerbLine = z.infer<typeof line>;
export type VerbRun = {
  code: number | null;
  lines: VerbLine[];
  /** The result of the last line; fails when it is none. */
  result(): unknown;
  /** Code, message and fix of the last line; fails when it is a result. */
  error(): { code: string; message: string; fix?: string | undefined };
  stderr: string;
};

/** A data folder, names, ports and a range of its own, and the platform's verbs on them. */
export type TestVerbs = {
  engine: EngineClient;
  prefix: string;
  data: string;
  routerPort: number;
  tlsPort: number;
  apiPort: number;
  range: string;
  run(args: readonly string[], extra?: Record<string, string>): Promise<VerbRun>;
  /** `serve`, not waited for. */
  serve(extra?: Record<string, string>): ChildProcess;
  /** What the engine has of this installation, by kind and name: containers, networks, volumes. */
  objects(): Promise<string[]>;
  /** Takes everything away, whatever state it is in; the images stay. */
  close(): Promise<void>;
};

export async function openTestVerbs(): Promise<TestVerbs> {
  const engine = await openTestEngine();
  const prefix = uniquePrefix();
  const folder = mkdtempSync(join(tmpdir(), 'crane-verbs-'));
  const data = join(folder, 'data');
  const [router, secure, api, internal, wake] = await Promise.all([
    unusedUrl(),
    unusedUrl(),
    unusedUrl(),
    unusedUrl(),
    unusedUrl(),
  ]);
  const taken = (await engine.networks.list()).flatMap(({ subnets }) => subnets);
  const range = freeRange([...taken, '10.213.0.0/16', '10.214.0.0/15', '10.216.0.0/13']) ?? '10.190.0.0/16';
  const environment = {
    ...process.env,
    CRANE_DATA: data,
    CRANE_CACHE: join(folder, 'cache'),
    CRANE_PREFIX: prefix,
    CRANE_ROUTER_PORT: new URL(router).port,
    CRANE_TLS_PORT: new URL(secure).port,
    CRANE_API_PORT: new URL(api).port,
    CRANE_INTERNAL_PORT: new URL(internal).port,
    CRANE_WAKE_PORT: new URL(wake).port,
    CRANE_SUBNETS: range,
  };
  const verbs: TestVerbs = {
    engine,
    prefix,
    data,
    routerPort: Number(environment.CRANE_ROUTER_PORT),
    tlsPort: Number(environment.CRANE_TLS_PORT),
    apiPort: Number(environment.CRANE_API_PORT),
    range,
    run: (args, extra = {}) => runVerb(args, { ...environment, ...extra }),
    serve: (extra = {}) =>
      spawn(process.execPath, [mainFile, 'serve'], {
        env: { ...environment, ...extra },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    objects: () => listObjects(engine, prefix, findInstallation(data)),
    close: async () => {
      await verbs.run(['down', '--purge', '--keep-images']);
      engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return verbs;
}

async function runVerb(args: readonly string[], env: Record<string, string | undefined>): Promise<VerbRun> {
  const child = spawn(process.execPath, [mainFile, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
  });
  const [out, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const lines = out
    .trim()
    .split('\n')
    .map((item) => line.parse(JSON.parse(item)));
  const last = lines.at(-1);
  return {
    code: child.exitCode,
    lines,
    result: () => {
      if (last === undefined || !('result' in last)) throw new Error(`no result: ${out}${stderr}`);
      return last.result;
    },
    error: () => {
      if (last === undefined || !('error' in last)) throw new Error(`no error: ${out}${stderr}`);
      return z
        .object({ code: z.string(), message: z.string(), fix: z.string().optional() })
        .parse(last.error);
    },
    stderr,
  };
}

async function listObjects(
  engine: EngineClient,
  prefix: string,
  installation: string | null,
): Promise<string[]> {
  const [containers, networks, volumes] = await Promise.all([
    engine.containers.list({ all: true }),
    engine.networks.list(),
    engine.volumes.list(),
  ]);
  const isOurs = ({ name, labels }: { name: string; labels: Readonly<Record<string, string>> }): boolean =>
    name.startsWith(`${prefix}-`) || (installation !== null && labels['crane.instance'] === installation);
  return [
    ...containers.filter(isOurs).map(({ name }) => `container ${name}`),
    ...networks.filter(isOurs).map(({ name }) => `network ${name}`),
    ...volumes.filter(isOurs).map(({ name }) => `volume ${name}`),
  ].sort();
}
