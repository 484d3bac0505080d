/**
 * How long the first request to a sleeping service takes, beside a request to the same service while it is awake and a bare start
 * of its container by the engine's own command line, all in one run. Needs a running Crane (`./crane up --detach`), the image
 * `crane/whoami:1` and `docker`; makes one app and removes it.
 *
 *     node bench/wake.ts [RUNS]
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { printFigures } from './print-figures.ts';
import { askOnce } from './ask-once.ts';

const program = join(import.meta.dirname, '../crane');
const runs = Number(process.argv[2] ?? 10);
const deployed = z.looseObject({ uniqueName: z.string(), url: z.string() });
const image = 'crane/whoami:1';

/** Standard output of a command that ends well. */
async function run(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
  return text;
}

async function untilAsleep(app: string): Promise<void> {
  for (const deadline = performance.now() + 60_000; performance.now() < deadline; await delay(200)) {
    const found = await run('docker', ['ps', '--quiet', '--filter', `label=crane.app=${app}`]);
    if (found.trim() === '') return;
  }
  throw new Error(`${app} did not go to sleep`);
}

/** Create and start, as far as the engine answers. */
async function startBare(): Promise<number> {
  const began = performance.now();
  const id = (await run('docker', ['run', '--detach', '--network', 'none', image])).trim();
  const tookMs = performance.now() - began;
  await run('docker', ['rm', '--force', id]);
  return tookMs;
}

const folder = await mkdtemp(join(tmpdir(), 'crane-bench-'));
const file = join(folder, 'compose.yaml');
const web = { image, 'x-crane': { route: 8080, scale: { min: 0, max: 1, idle: '5s' } } };
await writeFile(file, JSON.stringify({ name: 'wake-bench', services: { web } }));
const app = deployed.parse(JSON.parse(await run(program, ['deploy', '-f', file, '--json'])));
const [woken, awake, bare]: number[][] = [[], [], []];
try {
  for (let turn = 0; turn < runs; turn += 1) {
    await untilAsleep(app.uniqueName);
    bare?.push(await startBare());
    woken?.push(await askOnce(app.url));
    awake?.push(await askOnce(app.url));
  }
} finally {
  await run(program, ['rm', app.uniqueName, '--yes', '--json']);
  await rm(folder, { recursive: true });
}
printFigures(`first request to a sleeping service, ${runs} runs, ms`, {
  'woken by the request': woken ?? [],
  'while it is awake': awake ?? [],
  'docker run, no probe, no route': bare ?? [],
});
