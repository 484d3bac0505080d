/**
 * The web pages with 200 apps (or APPS) of five instances each, in a real Chromium on the models of `npm run dev`: how long until the first row
 * stands there, how long an interaction takes to be answered on the screen, how long the charts of an hour take to be drawn, and how
 * much script the first page needs. No Docker is needed.
 *
 *     node bench/pages.ts [RUNS [APPS]]
 */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';
import { ensurePages, pagesFolder } from '../src/platform/pages/ensure-pages.ts';
import { launchChromium } from '../test/factories/chromium.ts';
import { createMemoryCrane, type MemoryCrane } from '../test/factories/memory-crane.ts';
import { simulateTraffic } from '../test/factories/simulated-traffic.ts';
import { printFigures } from './print-figures.ts';

const root = join(import.meta.dirname, '..');
const runs = Number(process.argv[2] ?? 10);
const apps = Number(process.argv[3] ?? 200);
const goals = {
  'first row, ms': 1_000,
  'interaction, ms': 100,
  'an hour of charts, ms': 50,
  'first script, kB': 250,
};
type Figure = keyof typeof goals;

const compose = (name: string): string => `name: ${name}
services:
  web:
    image: example/web:1
    x-crane:
      route: { port: 8080 }
      scale: { min: 3, max: 5, target: { requestsPerSecond: 50 } }
  worker:
    image: example/web:1
    deploy: { replicas: 2 }
`;

async function fill(crane: MemoryCrane): Promise<void> {
  crane.runtime.controls.addImage({ ref: 'example/web:1', exposedPorts: ['8080/tcp'] });
  const names = Array.from({ length: apps }, (_, index) => `app${String(index).padStart(3, '0')}`);
  for (let at = 0; at < names.length; at += 10)
    await Promise.all(names.slice(at, at + 10).map((name) => crane.deploy(compose(name))));
}

/** Notes when the first row came, and how long each event took until the screen showed what came of it. */
const watch = `
  globalThis.seen = { firstRow: null, events: [], charts: [] };
  const look = () => {
    if (document.querySelector('main tbody a') === null) return requestAnimationFrame(look);
    seen.firstRow = performance.now();
  };
  requestAnimationFrame(look);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.interactionId > 0) seen.events.push(entry.duration);
  }).observe({ type: 'event', durationThreshold: 16, buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.name === 'crane:chart') seen.charts.push(entry.duration);
  }).observe({ type: 'measure' });
`;
const seen = z.object({
  firstRow: z.number().nullable(),
  events: z.array(z.number()),
  charts: z.array(z.number()),
});

async function openPage(
  browser: Browser,
  { url, token }: MemoryCrane,
  path: string,
): Promise<[BrowserContext, Page]> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' });
  context.setDefaultTimeout(30_000);
  await context.addInitScript(`sessionStorage.setItem('crane-token', '${token}');${watch}`);
  const page = await context.newPage();
  await page.goto(`${url}${path}`);
  await page.locator('main tbody a').first().waitFor();
  return [context, page];
}

/** Kilobytes of script, gzipped, that were fetched before the first row stood there. */
async function weighScripts(browser: Browser, crane: MemoryCrane): Promise<number> {
  const [context, page] = await openPage(browser, crane, '/');
  const names = z
    .array(z.string())
    .parse(await page.evaluate(`performance.getEntriesByType('resource').map(({ name }) => name)`));
  const scripts = names.filter((name) => name.endsWith('.js'));
  const sizes = await Promise.all(
    scripts.map(async (script) => gzipSync(Buffer.from(await (await fetch(script)).arrayBuffer())).length),
  );
  await context.close();
  return sizes.reduce((sum, size) => sum + size, 0) / 1_000;
}

/** What people do most on the list of apps. */
async function interact(page: Page): Promise<void> {
  const find = page.getByRole('textbox', { name: 'Find' });
  await find.pressSequentially('app1', { delay: 60 });
  for (let at = 0; at < 4; at += 1) await find.press('Backspace', { delay: 60 });
  await page.getByRole('combobox', { name: 'State' }).click();
  await page.getByRole('option', { name: 'running' }).click();
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Page, app or verb' }).pressSequentially('app15', { delay: 60 });
  await page.keyboard.press('Escape');
  await page.mouse.wheel(0, 4_000);
  await page
    .getByRole('link', { name: /^app\d{3}/ })
    .first()
    .click();
  await page.getByRole('tab', { name: 'Instances' }).click();
}

/** How long all charts of an app's last hour took to be drawn, together. */
async function drawCharts(browser: Browser, crane: MemoryCrane, app: string): Promise<number> {
  const [context, page] = await openPage(browser, crane, `/apps/${app}?tab=live&minutes=60`);
  await page.locator('main canvas').nth(4).waitFor();
  await page.waitForFunction('seen.charts.length >= 5');
  const times = seen.parse(await page.evaluate('seen')).charts.slice(0, 5);
  await context.close();
  return times.reduce((sum, time) => sum + time, 0);
}

const quiet = (): void => undefined;
await ensurePages({ root, environment: process.env, report: quiet });
const crane = await createMemoryCrane({ pages: pagesFolder(root) });
const browser = await launchChromium();
const figures: Record<Figure, number[]> = {
  'first row, ms': [],
  'interaction, ms': [],
  'an hour of charts, ms': [],
  'first script, kB': [],
};
try {
  await fill(crane);
  const targets = Array.from({ length: apps }, (_, index) => ({
    app: `app${String(index).padStart(3, '0')}-${index + 1}`,
    service: 'web',
    // As much as three replicas are for: it is the pages that are measured, not the scaling.
    perSecond: () => 140,
  }));
  const tick = simulateTraffic(crane, targets);
  const ticking = setInterval(tick, 4_000);
  let rows = 0;
  for (let turn = 0; turn < runs; turn += 1) {
    const [context, page] = await openPage(browser, crane, '/apps');
    rows = await page.locator('main tbody tr').count();
    await interact(page);
    const { firstRow, events } = seen.parse(await page.evaluate('seen'));
    if (firstRow !== null) figures['first row, ms'].push(firstRow);
    figures['interaction, ms'].push(...events);
    await context.close();
    figures['an hour of charts, ms'].push(await drawCharts(browser, crane, targets[turn % apps]?.app ?? ''));
  }
  figures['first script, kB'].push(await weighScripts(browser, crane));
  clearInterval(ticking);
  printFigures(`${apps} apps, ${apps * 5} instances, ${rows} rows in the document`, figures);
  for (const [name, goal] of Object.entries(goals)) console.log(`goal: ${name} < ${goal}`);
} finally {
  await browser.close();
  await crane.close();
}
