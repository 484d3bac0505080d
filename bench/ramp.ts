/**
 * A ramp of requests against a live app, then the same ramp simulated from what was recorded: the replicas wanted, second by second,
 * side by side. Needs a running Crane (`./crane up --detach`) with the image `crane/whoami:1`; makes an app and removes it.
 *
 *     node bench/ramp.ts
 */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { crane, craneJson, withApp } from './running-crane.ts';

const seconds = 75;
const decisions = z.array(z.looseObject({ at: z.number(), verdict: z.string(), from: z.int(), to: z.int() }));
const simulation = z.looseObject({
  stepMs: z.number(),
  steps: z.array(z.looseObject({ atMs: z.number(), replicas: z.int() })),
});
const scale = {
  min: 1,
  max: 6,
  target: { requestsPerSecond: 50 },
  stabilization: '20s',
  cooldown: { up: '3s', down: '5s' },
};

await withApp('ramp', { 'x-crane': { route: { port: 8080 }, scale } }, async ({ uniqueName }) => {
  // The signal needs a moment before there is one.
  await delay(3_000);
  const began = Date.now();
  await crane(['load', uniqueName, '--rps', `10..290/${seconds}s`, '--json']);
  const ended = Date.now();
  const lastMs = Math.ceil((ended - began) / 1_000) * 1_000;
  const simulated = simulation.parse(
    await craneJson(['simulate', uniqueName, '--recorded', `${lastMs / 1_000}s`, '--replicas', '1']),
  );
  const from = Math.floor(Date.now() / simulated.stepMs) * simulated.stepMs - lastMs;
  const changes = decisions
    .parse(await craneJson(['decisions', uniqueName]))
    .filter(({ from: before, to }) => before !== to)
    .toSorted((a, b) => a.at - b.at);
  const liveAt = (time: number): number => changes.findLast(({ at }) => at <= time)?.to ?? 1;
  const rows = simulated.steps.map(({ atMs, replicas }) => ({
    second: atMs / 1_000,
    live: liveAt(from + atMs),
    simulated: replicas,
  }));
  let last = '';
  for (const { second, live, simulated: other } of rows) {
    const text = `live ${live}, simulated ${other}`;
    if (text !== last) console.log(`+${second} s  ${text}`);
    last = text;
  }
  const gaps = rows.map(({ live, simulated: other }) => Math.abs(live - other));
  const apart = gaps.filter((gap) => gap > 0).length;
  const most = Math.max(...gaps);
  console.log(`${rows.length} seconds: at most ${most} replica(s) apart, ${apart} seconds not the same`);
  if (most > 1) process.exitCode = 1;
});
