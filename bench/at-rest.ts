/**
 * What Crane and its parts take of the machine while nothing happens: memory and share of one core, after a start and beside many
 * apps. Needs Linux, root, a running Crane (`./crane up --detach`), the image `crane/whoami:1` and `docker`; makes apps and removes them.
 *
 *     node bench/at-rest.ts [APPS] [REPLICAS_OF_EACH] [SECONDS]
 *
 * `own` is memory that only this process has (`RssAnon`), which is what an engine counts for a container; `resident` has the pages of the
 * program's file too, which are shared and given back at need.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { printFigures } from './print-figures.ts';
import { data, processOfPart, withApps } from './running-crane.ts';

const [apps = 50, replicas = 4, seconds = 60] = process.argv.slice(2).map(Number);
const parts = ['traefik', 'prometheus', 'opa', 'alertmanager'];
/** The kernel's clock of processes, fixed on Linux. */
const ticksPerSecond = 100;

type Use = { ownMiB: number; residentMiB: number; cpuSeconds: number };

async function readUse(pid: string): Promise<Use> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const mib = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  // After the name in brackets, which may have spaces: fields 14 and 15 of proc(5).
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { ownMiB: mib('RssAnon'), residentMiB: mib('VmRSS'), cpuSeconds: ticks / ticksPerSecond };
}

async function measure(title: string, pids: ReadonlyMap<string, string>): Promise<void> {
  const [own, resident, cpu]: Record<string, number[]>[] = [{}, {}, {}];
  let before = new Map<string, Use>();
  for (let second = 0; second <= seconds; second += 1) {
    const now = new Map<string, Use>();
    for (const [name, pid] of pids) now.set(name, await readUse(pid));
    const kit = [...now.values()];
    const sum = (of: keyof Use): number => kit.reduce((total, use) => total + use[of], 0);
    now.set('all', { ownMiB: sum('ownMiB'), residentMiB: sum('residentMiB'), cpuSeconds: sum('cpuSeconds') });
    for (const [name, use] of now) {
      ((own ?? {})[name] ??= []).push(use.ownMiB);
      ((resident ?? {})[name] ??= []).push(use.residentMiB);
      const last = before.get(name);
      if (last !== undefined) ((cpu ?? {})[name] ??= []).push((use.cpuSeconds - last.cpuSeconds) * 100);
    }
    before = now;
    await delay(1_000);
  }
  printFigures(`${title}: own memory, MiB`, own ?? {});
  printFigures(`${title}: resident memory, MiB`, resident ?? {});
  printFigures(`${title}: share of one core, % (of each second)`, cpu ?? {});
}

const pids = new Map([['crane', (await readFile(join(data, 'crane.pid'), 'utf8')).trim()]]);
for (const part of parts) pids.set(part, await processOfPart(part));
const settleMs = 15_000;
await delay(settleMs);
await measure('after a start', pids);
if (apps > 0)
  await withApps(apps, { deploy: { replicas }, 'x-crane': { route: 8080 } }, async () => {
    await delay(settleMs);
    await measure(`beside ${apps} apps of ${replicas} instances`, pids);
  });
