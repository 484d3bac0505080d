/**
 * How quickly a service that is scaled by CPU, and one that is scaled by memory, grows under load and shrinks after it. Needs a running
 * Crane (`./crane up --detach`) with the image `crane/whoami:1`; makes two apps and removes them.
 *
 *     node bench/scale-by-usage.ts [cpu|memory]
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

const program = join(import.meta.dirname, '../crane');
const patienceMs = 300_000;

const event = z.looseObject({ at: z.number(), kind: z.string(), text: z.string() });
type Event = z.infer<typeof event>;
const deployed = z.looseObject({ uniqueName: z.string(), url: z.string().nullable() });

type Trial = {
  name: string;
  signal: string;
  scale: object;
  limits: object;
  /** Resolves when the load has ended. */
  load: (app: z.infer<typeof deployed>) => Promise<void>;
  replicas: number;
};

const scale = { min: 1, max: 3, stabilization: '5s', cooldown: { up: '1s', down: '5s' } };
const trials: readonly Trial[] = [
  {
    name: 'cpu',
    signal: 'cpuPercent',
    scale: { ...scale, target: { cpuPercent: 50 } },
    limits: { cpus: '0.3', memory: '64m' },
    // 0.4 cores are asked of 0.3; spread over three instances it is 44 % of each.
    load: async ({ uniqueName }) => {
      const options = ['--rate', '20', '--duration', '30s', '--path', '/burn?ms=20', '--json'];
      await crane(['load', uniqueName, ...options]);
    },
    replicas: 3,
  },
  {
    name: 'memory',
    signal: 'memoryPercent',
    scale: { ...scale, target: { memoryPercent: 50 } },
    limits: { cpus: '0.5', memory: '64m' },
    // The instance that answers holds 75 % of its limit; with a second one the mean is below the target.
    load: async ({ url }) => {
      await get(url ?? '', '/alloc?mb=44');
      await delay(15_000);
      // The instance lets go of it, and takes its time to give it back.
      for (let count = 0; count < 4; count += 1) await get(url ?? '', '/alloc?mb=0');
    },
    replicas: 2,
  },
];

/** Through the router on loopback: names below `localhost` are not known to every resolver. */
function get(url: string, path: string): Promise<void> {
  const { host, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers: { host }, timeout: 5_000 }, (answer) => {
      answer.resume();
      if (answer.statusCode === 200) resolve();
      else reject(new Error(`${path} was answered with ${answer.statusCode}`));
    });
    asked.on('timeout', () => asked.destroy(new Error(`${path} was not answered`)));
    asked.on('error', reject);
    asked.end();
  });
}

/** Runs the command line; its standard output. */
async function crane(args: readonly string[]): Promise<string> {
  const child = spawn(program, [...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`crane ${args.join(' ')} ended with ${code}`);
  return text;
}

/** The feed of an app from now on. */
function follow(app: string): { seen: Event[]; stop: () => void } {
  const seen: Event[] = [];
  const child = spawn(program, ['events', '--app', app, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface(child.stdout).on('line', (line) => seen.push(event.parse(JSON.parse(line))));
  return { seen, stop: () => void child.kill('SIGINT') };
}

async function until(what: string, look: () => Event | undefined): Promise<Event> {
  for (const deadline = performance.now() + patienceMs; ;) {
    const found = look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`not within ${patienceMs / 1000} s: ${what}`);
    await delay(50);
  }
}

async function run(trial: Trial): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'crane-bench-'));
  const file = join(folder, 'compose.yaml');
  const web = {
    image: 'crane/whoami:1',
    deploy: { resources: { limits: trial.limits } },
    'x-crane': { route: { port: 8080 }, scale: trial.scale },
  };
  await writeFile(file, JSON.stringify({ name: `by-${trial.name}`, services: { web } }));
  const app = deployed.parse(JSON.parse(await crane(['deploy', '-f', file, '--json'])));
  const { seen, stop } = follow(app.uniqueName);
  try {
    // What follows the feed needs a moment to connect, and the signal two readings.
    await delay(3_000);
    const began = Date.now();
    const loading = trial.load(app);
    const failed = loading.then(() => new Promise<never>(() => undefined));
    const since = (found: Event, from: number): string => `${((found.at - from) / 1000).toFixed(2)} s`;
    const count = (kind: string): Event[] => seen.filter((each) => each.kind === kind && each.at >= began);
    const decided = await Promise.race([
      failed,
      until('a decision to grow', () => count('decision').find(({ text }) => /from 1 to/.test(text))),
    ]);
    console.log(`${trial.name}: decided after ${since(decided, began)}: ${decided.text}`);
    const grown = await until('all answer', () => count('instance.ready')[trial.replicas - 2]);
    console.log(`${trial.name}: ${trial.replicas} instances answer after ${since(grown, began)}`);
    await loading;
    const ended = Date.now();
    console.log(`${trial.name}: load ended; ${(await crane(['stats', app.uniqueName])).trimEnd()}`);
    const shrunk = await until('one is left', () => count('instance.gone')[trial.replicas - 2]);
    console.log(`${trial.name}: one instance is left ${since(shrunk, ended)} after the load`);
  } finally {
    stop();
    await crane(['rm', app.uniqueName, '--yes', '--json']);
    await rm(folder, { recursive: true });
  }
}

const asked = process.argv[2];
for (const trial of trials) if (asked === undefined || asked === trial.name) await run(trial);
