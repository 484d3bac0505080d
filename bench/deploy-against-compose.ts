/**
 * How long a deploy of a one-service app takes from the start of the command to the first answer, Crane against Docker Compose: the
 * same image, interleaved in one run. Needs a running Crane (`./crane up --detach`) with the image `crane/whoami:1`, and a
 * Docker Compose program; makes apps and removes them.
 *
 *     node bench/deploy-against-compose.ts [rounds] [program]
 *
 * Without `program` the one that the tests built is taken, or built. Prints milliseconds and the ratio of the medians.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { buildDockerCompose } from '../test/factories/docker-compose.ts';

const crane = join(import.meta.dirname, '../crane');
const routerPort = Number(process.env['CRANE_ROUTER_PORT'] ?? 8080);
const composePort = 18_080;
const patienceMs = 60_000;
const deployed = z.looseObject({ uniqueName: z.string() });

type Ended = { tookMs: number; out: string };

async function run(program: string, args: readonly string[]): Promise<Ended> {
  const began = performance.now();
  const child = spawn(program, [...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout: patienceMs });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (part: string) => (out += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (err += part));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${err}`);
  return { tookMs: performance.now() - began, out };
}

/** Whether a GET gives 200 now; no connection is kept. */
function isAnswering(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, headers: { host }, agent: false, timeout: 1_000 };
    const asked = request(options, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(false));
    asked.end();
  });
}

/** A GET every few milliseconds, none waiting for another: one that is stuck on a half-open port must not hide the first answer. */
async function firstAnswer(port: number, host: string, began: number): Promise<number> {
  const answered = new AbortController();
  const times: number[] = [];
  while (!answered.signal.aborted && performance.now() - began < patienceMs) {
    void isAnswering(port, host).then((isOk) => {
      if (!isOk) return;
      times.push(performance.now() - began);
      answered.abort();
    });
    await delay(15);
  }
  const [firstMs] = times;
  if (firstMs === undefined) throw new Error(`no answer on port ${port} within ${patienceMs / 1000} s`);
  return firstMs;
}

type Sample = { firstMs: number; commandMs: number };

async function deployWithCrane(folder: string, round: number): Promise<Sample> {
  const host = `bench${round}.localhost`;
  const file = join(folder, `crane-${round}.yaml`);
  const web = { image: 'crane/whoami:1', 'x-crane': { route: { port: 8080, host } } };
  await writeFile(file, JSON.stringify({ name: 'bench', services: { web } }));
  const began = performance.now();
  const [ended, firstMs] = await Promise.all([
    run(crane, ['deploy', '-f', file, '--json']),
    firstAnswer(routerPort, host, began),
  ]);
  const { uniqueName } = deployed.parse(JSON.parse(ended.out));
  await run(crane, ['rm', uniqueName, '--yes', '--json']);
  return { firstMs, commandMs: ended.tookMs };
}

async function deployWithCompose(program: string, folder: string): Promise<Sample> {
  const file = join(folder, 'compose.yaml');
  const web = { image: 'crane/whoami:1', ports: [`127.0.0.1:${composePort}:8080`] };
  await writeFile(file, JSON.stringify({ name: 'bench-compose', services: { web } }));
  const began = performance.now();
  const ended = await run(program, ['-f', file, 'up', '-d']);
  // Not asked earlier: a packet that the engine's port proxy sends before the container is on its network makes the kernel wait a second.
  const firstMs = await firstAnswer(composePort, 'localhost', began);
  await run(program, ['-f', file, 'down', '--timeout', '0']);
  return { firstMs, commandMs: ended.tookMs };
}

function describe(samples: readonly Sample[], of: keyof Sample): { median: number; text: string } {
  const sorted = samples.map((sample) => sample[of]).sort((a, b) => a - b);
  const at = (part: number): number => Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? NaN);
  return { median: at(0.5), text: `${at(0.5)} (${at(0.25)}–${at(0.75)})` };
}

const rounds = Number(process.argv[2] ?? 15);
const program = process.argv[3] ?? (await buildDockerCompose());
const folder = await mkdtemp(join(tmpdir(), 'crane-bench-'));
const samples: Record<'crane' | 'compose', Sample[]> = { crane: [], compose: [] };
try {
  for (let round = 0; round <= rounds; round += 1) {
    const byCrane = async (): Promise<Sample> => deployWithCrane(folder, round);
    const byCompose = async (): Promise<Sample> => deployWithCompose(program, folder);
    const [first, second] = round % 2 === 0 ? [byCrane, byCompose] : [byCompose, byCrane];
    const [a, b] = [await first(), await second()];
    // The first round warms both: the scan of an image that is new, programs read from the disk.
    if (round === 0) continue;
    samples.crane.push(round % 2 === 0 ? a : b);
    samples.compose.push(round % 2 === 0 ? b : a);
  }
} finally {
  await rm(folder, { recursive: true });
}
const ours = describe(samples.crane, 'firstMs');
const theirs = describe(samples.compose, 'commandMs');
console.log(`median (quartiles) of ${rounds} rounds, milliseconds from the start of the command`);
console.log(`crane deploy, first 200              ${ours.text}`);
console.log(`docker compose up -d, command ended  ${theirs.text}`);
console.log(`docker compose up -d, first 200      ${describe(samples.compose, 'firstMs').text}`);
console.log(`ratio of the first two               ${(ours.median / theirs.median).toFixed(2)}`);
