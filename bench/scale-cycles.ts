/**
 * What requests notice of scaling: an app of three instances goes to one and back again and again at 200 requests a second over
 * connections that are kept. Needs a running Crane (`./crane up --detach`) with the image `crane/whoami:1`; makes an app and removes it.
 *
 *     node bench/scale-cycles.ts [CYCLES]
 */
import { holdLoad } from '../test/factories/hold-load.ts';
import { printFigures } from './print-figures.ts';
import { crane, withApp } from './running-crane.ts';

const cycles = Number(process.argv[2] ?? 100);
/** Less than the ten minutes that a load is held for at most. */
const cyclesOfLoad = 50;

const rows = {
  'three → one': [] as number[],
  'one → three': [] as number[],
  'slowest request': [] as number[],
};
let [requests, lost] = [0, 0];
await withApp('cycles', { deploy: { replicas: 3 }, 'x-crane': { route: 8080 } }, async (app) => {
  const scale = async (replicas: number): Promise<number> => {
    const began = performance.now();
    await crane(['scale', app.uniqueName, `web=${replicas}`, '--json']);
    return performance.now() - began;
  };
  for (let done = 0; done < cycles;) {
    const load = holdLoad(app.url ?? '', 200);
    for (let turn = 0; turn < cyclesOfLoad && done < cycles; turn += 1, done += 1) {
      rows['three → one'].push(await scale(1));
      rows['one → three'].push(await scale(3));
    }
    const report = await load.end();
    requests += report.requests;
    lost += report.lost;
    rows['slowest request'].push(report.maxMs ?? NaN);
    if (report.lost > 0) console.log(report.lostByKind, report.statuses);
  }
});
printFigures(`${cycles} cycles of three → one → three at 200 requests/s, ms`, rows);
console.log(`${lost} of ${requests} requests lost (no answer, a broken connection, or 500 and above)`);
if (lost > 0) process.exitCode = 1;
