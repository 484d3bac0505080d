/**
 * Pictures of every page in both themes at 1280 and 390 pixels: `node tools/screenshots.ts [folder]`. Brings up a platform of its own,
 * lets an app scale under load so that there is something to see, and takes everything away again.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { createInstallation, type TestInstallation } from '../test/factories/installation.ts';
import { placesOf } from '../test/factories/page-places.ts';
import { atRest, closeBrowser, onPages } from '../test/factories/pages.ts';

const folder = process.argv[2] ?? 'screenshots';
const widths = [1280, 390] as const;

async function take(crane: TestInstallation): Promise<void> {
  await must(crane, ['up', '--detach']);
  await must(crane, ['deploy', '-f', 'examples/whoami/compose.yaml']);
  await must(crane, ['load', 'whoami-1', '--rate', '200', '--duration', '20s']);
  const decisions = z
    .array(z.object({ id: z.string(), from: z.number(), to: z.number() }))
    .parse(await crane.json(['decisions', 'whoami-1']));
  const decision = decisions.find(({ from, to }) => from !== to);
  const places = [...placesOf('whoami-1'), '/map', ...(decision ? [`/decisions/${decision.id}`] : [])];
  for (const scheme of ['light', 'dark'] as const)
    for (const width of widths)
      await onPages(crane, { scheme, width }, async ({ page, go }) => {
        for (const place of places) {
          await go(place);
          await atRest(page);
          const name = `${nameOf(place)}-${scheme}-${width}.png`;
          await page.screenshot({ path: join(folder, name), fullPage: true });
          console.log(name);
        }
      });
}

async function must(crane: TestInstallation, args: string[]): Promise<void> {
  const { code, err } = await crane.crane(args);
  if (code !== 0) throw new Error(`crane ${args.join(' ')} ended with ${code}: ${err}`);
}

/** `/apps/whoami-1?tab=live` is `apps-whoami-1-live`. */
function nameOf(place: string): string {
  const words = place
    .replace(/\?\w+=/, '/')
    .split('/')
    .filter(Boolean);
  return words.length === 0 ? 'overview' : words.map((word) => word.replace(/^d-.*/, 'one')).join('-');
}

await mkdir(folder, { recursive: true });
const crane = await createInstallation();
try {
  await take(crane);
} finally {
  await closeBrowser();
  await crane.purge();
}
