import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

/** What benches do with a Crane that is up (`./crane up --detach`), by its command line and by its internal listener. */

/** The data folder of the Crane that is up. */
export const data =
  process.env['CRANE_DATA'] ?? join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local/share'), 'crane');

const program = join(import.meta.dirname, '../crane');
const deployed = z.looseObject({ uniqueName: z.string(), url: z.string().nullable() });
export type DeployedApp = z.infer<typeof deployed>;

/** Runs the command line; its standard output. */
export async function crane(args: readonly string[]): Promise<string> {
  const child = spawn(program, [...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (output += part));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`crane ${args.join(' ')} ended with ${code}`);
  return output;
}

export async function craneJson(args: readonly string[]): Promise<unknown> {
  return JSON.parse(await crane([...args, '--json']));
}

/** One service `web`, besides the image `crane/whoami:1` as said. */
export type Web = Readonly<Record<string, unknown>>;

/** Deploys one service for as long as `work` takes. */
export async function withApp<T>(name: string, web: Web, work: (app: DeployedApp) => Promise<T>): Promise<T> {
  const app = await deploy(name, web);
  try {
    return await work(app);
  } finally {
    await removeApp(app);
  }
}

/** Deploys so many apps of one service, a few at a time, for as long as `work` takes. */
export async function withApps<T>(count: number, web: Web, work: () => Promise<T>): Promise<T> {
  const apps: DeployedApp[] = [];
  const names = Array.from({ length: count }, (_, index) => `beside-${index + 1}`);
  try {
    await fewAtATime(names, async (name) => void apps.push(await deploy(name, web)));
    return await work();
  } finally {
    await fewAtATime(apps, removeApp);
  }
}

async function fewAtATime<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}

async function deploy(name: string, web: Web): Promise<DeployedApp> {
  const folder = await mkdtemp(join(tmpdir(), 'crane-bench-'));
  const file = join(folder, 'compose.yaml');
  await writeFile(file, JSON.stringify({ name, services: { web: { image: 'crane/whoami:1', ...web } } }));
  try {
    return deployed.parse(await craneJson(['deploy', '-f', file]));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function removeApp({ uniqueName }: DeployedApp): Promise<void> {
  await crane(['rm', uniqueName, '--yes', '--json']);
}

const instance = z.looseObject({ containerId: z.string(), health: z.string(), isRouted: z.boolean() });

/** Containers of the app's instances that are ready and routed now. */
export async function readyInstances({ uniqueName }: DeployedApp): Promise<string[]> {
  const found = z.array(instance).parse(await craneJson(['ps', uniqueName]));
  return found
    .filter(({ health, isRouted }) => health === 'ready' && isRouted)
    .map(({ containerId }) => containerId);
}

/** Waits until `look` gives something other than null. Rejects after two minutes. */
export async function until<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  for (const deadline = performance.now() + 120_000; performance.now() < deadline; await delay(50)) {
    const found = await look();
    if (found !== null) return found;
  }
  throw new Error(`not within two minutes: ${what}`);
}

type Answer = { status: number; tookMs: number; body: unknown };
export type AlertDoor = { send(alerts: readonly object[]): Promise<Answer>; close(): void };

const answered = z.object({ id: z.int(), status: z.int(), tookMs: z.number(), body: z.unknown() });

/** The way that Alertmanager's own webhooks come in: from its network, so that this needs Linux and root. */
export async function openAlertDoor(): Promise<AlertDoor> {
  const config = await readFile(join(data, 'parts/alertmanager/alertmanager.yml'), 'utf8');
  const url = /http:\/\/[^\s"']+\/internal\/alerts/.exec(config)?.[0];
  if (url === undefined) throw new Error('the configuration of Alertmanager names no webhook');
  const sender = [
    process.execPath,
    join(import.meta.dirname, 'send-webhooks.ts'),
    url,
    join(data, 'credential'),
  ];
  const child = spawn('nsenter', [`--net=/proc/${await processOfPart('alertmanager')}/ns/net`, ...sender], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  createInterface(child.stdout).on('line', (line) => {
    const { id, status, tookMs, body } = answered.parse(JSON.parse(line));
    waiting.get(id)?.({ status, tookMs, body });
    waiting.delete(id);
  });
  let next = 0;
  return {
    send: (alerts) =>
      new Promise((resolve) => {
        next += 1;
        waiting.set(next, resolve);
        child.stdin.write(`${JSON.stringify({ id: next, alerts })}\n`);
      }),
    close: () => child.stdin.end(),
  };
}

/** Its process id on this machine. */
export async function processOfPart(part: string): Promise<string> {
  const prefix = process.env['CRANE_PREFIX'] ?? 'crane';
  return (await docker(['inspect', '--format', '{{.State.Pid}}', `${prefix}-${part}`])).trim();
}

/** Standard output of the engine's own command line. */
export async function docker(args: readonly string[]): Promise<string> {
  const child = spawn('docker', [...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  return text(child.stdout);
}

/** One firing alert as Alertmanager sends it. */
export function firing(labels: Record<string, string>, fingerprint: string): object {
  const severity = 'warning';
  return {
    status: 'firing',
    labels: { alertname: 'bench', severity, ...labels },
    annotations: {},
    startsAt: new Date().toISOString(),
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: '',
    fingerprint,
  };
}

/** Rank of a share of all: 0.5 the median. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
