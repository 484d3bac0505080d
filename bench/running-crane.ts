import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

/** What benches do with a Crane that is up (`./crane up --detach`), by its command line and by its internal listener. */

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

/** Deploys one service for as long as `work` takes. */
export async function withApp(
  name: string,
  web: Record<string, unknown>,
  work: (app: DeployedApp) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'crane-bench-'));
  const file = join(folder, 'compose.yaml');
  await writeFile(file, JSON.stringify({ name, services: { web: { image: 'crane/whoami:1', ...web } } }));
  const app = deployed.parse(await craneJson(['deploy', '-f', file]));
  try {
    await work(app);
  } finally {
    await crane(['rm', app.uniqueName, '--yes', '--json']);
    await rm(folder, { recursive: true });
  }
}

type Answer = { status: number; tookMs: number; body: unknown };
export type AlertDoor = { send(alerts: readonly object[]): Promise<Answer>; close(): void };

const answered = z.object({ id: z.int(), status: z.int(), tookMs: z.number(), body: z.unknown() });

/** The way that Alertmanager's own webhooks come in: from its network, so that this needs Linux and root. */
export async function openAlertDoor(): Promise<AlertDoor> {
  const data =
    process.env['CRANE_DATA'] ??
    join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local/share'), 'crane');
  const config = await readFile(join(data, 'parts/alertmanager/alertmanager.yml'), 'utf8');
  const url = /http:\/\/[^\s"']+\/internal\/alerts/.exec(config)?.[0];
  if (url === undefined) throw new Error('the configuration of Alertmanager names no webhook');
  const sender = [
    process.execPath,
    join(import.meta.dirname, 'send-webhooks.ts'),
    url,
    join(data, 'credential'),
  ];
  const child = spawn('nsenter', [`--net=/proc/${await processOfAlertmanager()}/ns/net`, ...sender], {
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

async function processOfAlertmanager(): Promise<string> {
  const prefix = process.env['CRANE_PREFIX'] ?? 'crane';
  const docker = spawn('docker', ['inspect', '--format', '{{.State.Pid}}', `${prefix}-alertmanager`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return (await text(docker.stdout)).trim();
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
