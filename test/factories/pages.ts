import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';
import { launchChromium } from './chromium.ts';
import type { TestInstallation } from './installation.ts';

export type Look = { scheme?: 'light' | 'dark'; width?: number; height?: number };

/** The web pages of an installation in a real browser, and what must never happen on them. */
export type Pages = {
  page: Page;
  /** Goes to a page of the application and waits until its heading is there. */
  go(path: string): Promise<void>;
  /** Requests to other origins, errors of scripts, breaches of the content security policy. */
  offences: string[];
  close(): Promise<void>;
};

/** Where the pages are, and a way to the link that logs in (`crane ui --no-open`). */
export type Site = Pick<TestInstallation, 'apiUrl' | 'json'>;

let browser: Browser | null = null;

/** Does `work` on the pages, logged in as the installation's admin; what was on the page is in the error when it fails. */
export async function onPages(crane: Site, look: Look, work: (pages: Pages) => Promise<void>): Promise<void> {
  const pages = await openPages(crane, look);
  try {
    await work(pages);
  } catch (error) {
    const seen = await pages.page.locator('body').innerText({ timeout: 2_000 }).catch(String);
    throw new Error(`at ${pages.page.url()}, where this was seen:\n${seen}\n${pages.offences.join('\n')}`, {
      cause: error,
    });
  } finally {
    await pages.close();
  }
}

/** One browser serves all; `closeBrowser` ends it. */
async function openPages(crane: Site, look: Look): Promise<Pages> {
  browser ??= await launchChromium();
  const { scheme = 'light', width = 1280, height = 900 } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion: 'reduce',
    // That of a machine without one is no language that a browser of a person could have.
    locale: 'en-GB',
  });
  const { link } = z.object({ link: z.string() }).parse(await crane.json(['ui', '--no-open']));
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const offences = watch(context, page, crane.apiUrl);
  await arrive(page, link);
  return {
    page,
    offences,
    go: async (path) => arrive(page, `${crane.apiUrl}${path}`),
    close: () => context.close(),
  };
}

/**
 * Chromium drops what it is loading whenever networks of the machine change, as other tests make them. The pages load themselves again, but for the
 * small script that does it: then it is done here, once.
 */
async function arrive(page: Page, url: string): Promise<void> {
  const heading = page.getByRole('heading', { level: 1 }).first();
  await page.goto(url);
  await heading.waitFor({ timeout: 10_000 }).catch(async () => page.goto(url));
  await heading.waitFor();
}

export async function closeBrowser(): Promise<void> {
  await browser?.close();
  browser = null;
}

function watch(context: BrowserContext, page: Page, origin: string): string[] {
  const offences: string[] = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== origin) offences.push(`asked ${url.href}`);
  });
  page.on('pageerror', (error) => offences.push(`script: ${error.message}`));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) offences.push(message.text());
  });
  return offences;
}

/** Waits until nothing on the page is being loaded any more. */
export async function atRest(page: Page): Promise<void> {
  const busy = page.locator('[aria-busy="true"]');
  while ((await busy.count()) > 0) await busy.first().waitFor({ state: 'detached' });
}

/** By how many pixels the page is wider than its window. */
export async function excessOf(page: Page): Promise<number> {
  return z
    .number()
    .parse(
      await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
    );
}

/** What breaks the WCAG 2.2 rules (A and AA) on the page as it is now: rule, how many times, the first place. */
export async function findBarriers(page: Page): Promise<string[]> {
  // Evaluated by the debugger, which no content security policy concerns.
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const run: unknown = Reflect.get(globalThis, 'axe');
    if (typeof run !== 'object' || run === null || !('run' in run) || typeof run.run !== 'function')
      throw new Error('axe is not there');
    const result: unknown = await run.run({
      runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
    });
    return result;
  });
  return violations
    .parse(found)
    .violations.map(({ id, nodes }) => `${id} ×${nodes.length}: ${nodes[0]?.html.slice(0, 200) ?? ''}`);
}

const violations = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
});
