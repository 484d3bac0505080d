/**
 * Records a thousand decisions of a service under a changing load and under four policies, then replays them all: each by the
 * policy that made it. Needs Linux, root, a running Crane (`./crane up --detach`) and the image `crane/whoami:1`; makes an app and removes it.
 *
 *     node bench/replay.ts [count]
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { crane, craneJson, firing, openAlertDoor, withApp } from './running-crane.ts';

const count = Number(process.argv[2] ?? 1_000);
const report = z.looseObject({
  replayed: z.int(),
  same: z.int(),
  differ: z.int(),
  different: z.array(z.unknown()),
});
const scale = {
  min: 1,
  max: 4,
  target: { requestsPerSecond: 50 },
  stabilization: '5s',
  cooldown: { up: '1s', down: '2s' },
};

/** Puts the shipped rules with another tolerance into force. */
async function useTolerance(app: string, tolerance: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'crane-bench-'));
  await mkdir(join(folder, 'scaling'));
  const settings = JSON.stringify({ tolerance, staleAfterSeconds: 5 });
  await writeFile(join(folder, 'scaling/data.json'), settings);
  const saved = z
    .looseObject({ number: z.int() })
    .parse(await craneJson(['policy', 'save', folder, '--app', app, '--note', `tolerance ${tolerance}`]));
  await crane(['policy', 'activate', String(saved.number), '--app', app]);
  await rm(folder, { recursive: true });
}

async function decided(app: string): Promise<number> {
  const rows = z.array(z.unknown()).parse(await craneJson(['decisions', app, '--limit', '1000']));
  return rows.length;
}

await withApp('replayed', { 'x-crane': { route: { port: 8080 }, scale } }, async ({ uniqueName }) => {
  const { send, close } = await openAlertDoor();
  void crane(['load', uniqueName, '--rate', '120', '--duration', '3m', '--json']).catch(() => '');
  const run = Date.now();
  let next = 0;
  const tolerances = [null, 0.05, 0.3, 0.6];
  for (const [turn, tolerance] of tolerances.entries()) {
    if (tolerance !== null) await useTolerance(uniqueName, tolerance);
    // Each alert asks for a decision of its own; a few milliseconds apart they are not judged together.
    const enough = Math.ceil((count * (turn + 1)) / tolerances.length);
    const deadline = performance.now() + 90_000;
    while ((await decided(uniqueName)) < enough && performance.now() < deadline)
      for (let index = 0; index < 50; index += 1) {
        next += 1;
        await send([firing({ app: uniqueName, service: 'web' }, `replay-${next}-${run}`)]);
        await delay(25);
      }
  }
  close();
  const began = performance.now();
  const { replayed, same, differ, different } = report.parse(
    await craneJson(['replay', uniqueName, '--limit', String(count)]),
  );
  const seconds = ((performance.now() - began) / 1000).toFixed(2);
  console.log(
    `${replayed} decisions replayed by the policies that made them in ${seconds} s: ${same} the same, ${differ} different`,
  );
  if (differ > 0) console.log(JSON.stringify(different.slice(0, 3), null, 2));
  const current = report.parse(
    await craneJson(['replay', uniqueName, '--limit', String(count), '--current']),
  );
  console.log(`by the policy in force now: ${current.same} the same, ${current.differ} different`);
  if (differ > 0 || replayed < count) process.exitCode = 1;
});
