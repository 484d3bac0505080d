/**
 * A step of 200 requests a second on an app of one instance: how long from the beginning of the load until a second instance answers
 * its first request. Needs a running Crane (`./crane up --detach`) with the image `crane/whoami:1`; makes apps and removes them.
 *
 *     node bench/step-load.ts [RUNS] [--beside APPS]
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { holdLoad } from '../test/factories/hold-load.ts';
import { printFigures } from './print-figures.ts';
import { craneJson, withApp, withApps } from './running-crane.ts';

const { values, positionals } = parseArgs({
  options: { beside: { type: 'string', default: '0' } },
  allowPositionals: true,
});
const [runs, beside] = [Number(positionals[0] ?? 20), Number(values.beside)];
const decisions = z.array(z.looseObject({ at: z.number(), from: z.int(), to: z.int() }));

/** With the settings that are the default. */
const web = { 'x-crane': { route: 8080, scale: { min: 1, max: 4, target: { requestsPerSecond: 50 } } } };
const loadMs = 8_000;

const rows = {
  'load → decision to grow': [] as number[],
  'load → first 200 of a new instance': [] as number[],
};
let lost = 0;
await withApps(beside, { 'x-crane': { route: 8080 } }, async () => {
  for (let run = 0; run < runs; run += 1)
    await withApp('step', web, async ({ uniqueName, url }) => {
      // The signal needs a moment before there is one.
      await delay(5_000);
      const load = holdLoad(url ?? '', 200);
      await delay(loadMs);
      const report = await load.end();
      const made = decisions.parse(await craneJson(['decisions', uniqueName]));
      const grown = made.filter(({ from, to }) => to > from).map(({ at }) => at - report.startedAt);
      rows['load → decision to grow'].push(Math.min(...grown));
      // A run in which none answered counts as never, and not as quick.
      rows['load → first 200 of a new instance'].push(report.firstNewReplicaMs ?? Infinity);
      lost += report.lost;
    });
});
printFigures(`a step of 200 requests/s beside ${beside} apps, ${runs} runs, ms`, rows);
console.log(`${lost} requests lost`);
