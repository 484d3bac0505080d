/**
 * From one replica to twenty, each ready and routed, beside what the engine's own API takes to create and start as many containers
 * of the same image on a network of their own, four and eight at once; interleaved in one run. Needs a running Crane
 * (`./crane up --detach`), the image `crane/whoami:1` and `docker`; makes an app and removes it.
 *
 *     node bench/scale-out.ts [ROUNDS]
 */
import { askApp } from '../test/factories/ask-app.ts';
import { printFigures } from './print-figures.ts';
import { startBareContainers } from './bare-containers.ts';
import { crane, withApp, type DeployedApp } from './running-crane.ts';

const rounds = Number(process.argv[2] ?? 5);
const replicas = 20;
const widths = [4, 8];
const added = replicas - 1;

/** Milliseconds until `crane scale` has ended, and until the last of them has answered through the router. */
async function scaleOut({
  uniqueName,
  url,
}: DeployedApp): Promise<{ commandMs: number; answeredMs: number }> {
  const began = performance.now();
  const command = crane(['scale', uniqueName, `web=${replicas}`, '--json']).then(
    () => performance.now() - began,
  );
  const answered = new Set<string>();
  while (answered.size < replicas && performance.now() - began < 120_000) {
    const answers = await Promise.all(Array.from({ length: 4 }, () => askApp(url ?? '')));
    for (const { instance } of answers) if (instance !== null) answered.add(instance);
  }
  const answeredMs = performance.now() - began;
  if (answered.size < replicas) throw new Error(`${answered.size} of ${replicas} answered`);
  return { commandMs: await command, answeredMs };
}

const rows: Record<string, number[]> = { 'crane scale': [], 'all answer through the router': [] };
await withApp('out', { 'x-crane': { route: 8080 } }, async (app) => {
  for (let round = 0; round < rounds; round += 1) {
    const { commandMs, answeredMs } = await scaleOut(app);
    rows['crane scale']?.push(commandMs);
    rows['all answer through the router']?.push(answeredMs);
    await crane(['scale', app.uniqueName, 'web=1', '--json']);
    for (const width of widths)
      (rows[`engine API, ${width} at once`] ??= []).push(await startBareContainers(added, width));
  }
});
printFigures(`1 → ${replicas} replicas, ${rounds} rounds, ms`, rows);
const median = (name: string): number => rows[name]?.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? NaN;
const best = Math.min(...widths.map((width) => median(`engine API, ${width} at once`)));
console.log(`ratio of the medians: ${(median('all answer through the router') / best).toFixed(2)}`);
