/**
 * How many requests are lost when one of three instances is killed at 200 requests a second, and how long until there are three again.
 * Needs a running Crane (`./crane up --detach`), the image `crane/whoami:1` and `docker`; makes an app and removes it.
 *
 *     node bench/kills.ts [KILLS]
 */
import { setTimeout as delay } from 'node:timers/promises';
import { holdLoad } from '../test/factories/hold-load.ts';
import { printFigures } from './print-figures.ts';
import { docker, readyInstances, until, withApp } from './running-crane.ts';

const kills = Number(process.argv[2] ?? 10);
const rows = {
  'until three answer again, ms': [] as number[],
  'slowest request, ms': [] as number[],
  'lost requests': [] as number[],
};
await withApp('kills', { deploy: { replicas: 3 }, 'x-crane': { route: 8080 } }, async (app) => {
  for (let turn = 0; turn < kills; turn += 1) {
    const [victim = ''] = await readyInstances(app);
    const load = holdLoad(app.url ?? '', 200);
    await delay(2_000);
    const began = performance.now();
    await docker(['kill', victim]);
    const isBack = async (): Promise<true | null> => {
      const [startedAt, now] = await Promise.all([
        docker(['inspect', '--format', '{{.State.Running}}', victim]).catch(() => ''),
        readyInstances(app),
      ]);
      return now.length === 3 && (!now.includes(victim) || startedAt.trim() === 'true') ? true : null;
    };
    await until('three instances', isBack);
    rows['until three answer again, ms'].push(performance.now() - began);
    await delay(1_000);
    const report = await load.end();
    rows['slowest request, ms'].push(report.maxMs ?? NaN);
    rows['lost requests'].push(report.lost);
    if (report.lost > 0) console.log(report.lostByKind, report.statuses);
  }
});
printFigures(`one of three killed at 200 requests/s, ${kills} times`, rows);
console.log(`${rows['lost requests'].reduce((sum, lost) => sum + lost, 0)} requests lost in all`);
