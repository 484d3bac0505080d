import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { createInstallation, type TestInstallation } from '../factories/installation.ts';
import { placesOf } from '../factories/page-places.ts';
import { atRest, closeBrowser, onPages } from '../factories/pages.ts';
import { buildProbeImage, probeImage } from '../factories/probe-image.ts';

const html = '<img src=x onerror=alert(1)><script>alert(2)</script>';
const script = 'javascript:alert(3)';
/** HTML, the screen, a colour, a link, the clipboard, a device's answer, another reading order. */
const shouted = `${html} \u001b[2J\u001b[31mred\u001b]8;;${script}\u0007link\u001b]52;c;ZXZpbA==\u0007\u001bP$q\u001b\\ \u202eback`;

/** Members that the pages compare, or put into addresses of their own. */
const names =
  /^(id|uniqueName|app|service|instance|state|status|kind|verdict|trigger|mode|role|code|type|family|names?|format|scheme|protocol|effect|severity|policy|path|user|owner|operation|revision|decision|bound|place|source|format|engineName|ref|prefix|version|stream|health|host|signal|event)$/;
const links = /url|link|href/i;

/** What a scanner could have been told of an image. */
const flaw = {
  id: 'CVE-2026-0001',
  severity: 'CRITICAL',
  package: 'musl',
  installed: '1',
  fixed: '2',
  title: '',
  url: '',
};

/** Every other text of a document with HTML behind it; addresses are scripts. */
function poison(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return links.test(key) ? script : names.test(key) ? value : value + html;
  if (Array.isArray(value))
    return [...value, ...(key === 'findings' ? [flaw] : [])].map((item) => poison(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, poison(item, name)]));
}

/** What of it the page made more than text. */
async function awake(page: Page): Promise<string[]> {
  const found = [];
  for (const selector of [
    'img[src="x"]',
    'a[href^="javascript:" i]',
    'script:not([src])',
    'iframe',
    '[onerror]',
  ])
    if ((await page.locator(selector).count()) > 0) found.push(selector);
  return found;
}

/** In a real browser, on a real platform. */
describe('hostile texts on the web pages', () => {
  let crane: TestInstallation;
  let folder: string;
  let app: string;

  before(async () => {
    crane = await createInstallation();
    folder = mkdtempSync(join(tmpdir(), 'crane-hostile-'));
    await buildProbeImage(crane.engine);
    const up = await crane.crane(['up', '--detach']);
    assert.equal(up.code, 0, up.err);
    const file = join(folder, 'compose.yaml');
    const services = {
      web: {
        image: probeImage,
        command: ['serve'],
        labels: { [`x.${html}`]: html, description: html },
        environment: { NOTE: html },
        'x-crane': { route: 8080, scale: { min: 1, max: 2, target: { requestsPerSecond: 50 } } },
      },
      loud: { image: probeImage, command: ['shout', shouted.replaceAll('$', '$$$$')] },
    };
    writeFileSync(file, JSON.stringify({ name: 'odd', services }));
    app = String(Object(await crane.json(['deploy', '-f', file])).uniqueName);
    for (const args of [
      ['silence', app, 'add', '--for', '1h', '--reason', html],
      ['chaos', 'pause', `${app}/web`, '--for', '1s', '--hypothesis', html],
      ['token', 'add', html, '--for', '1d'],
    ]) {
      const run = await crane.crane(args);
      assert.equal(run.code, 0, `${args.join(' ')}: ${run.err}`);
    }
  });
  after(async () => {
    await closeBrowser();
    await crane.crane(['rm', app, '--yes']);
    await crane.engine.images.remove(probeImage, { force: true }).catch(() => undefined);
    rmSync(folder, { recursive: true });
    await crane.purge();
  });

  it('S65 S70 are text on every page, whatever the API says and wherever', async () => {
    await onPages(crane, {}, async ({ page, go, offences }) => {
      page.on('dialog', (dialog) => {
        offences.push(`dialog ${dialog.message()}`);
        void dialog.dismiss();
      });
      await page.route('**/api/v1/**', async (route) => {
        const answer = await route.fetch({ timeout: 5_000 }).catch(() => null);
        if (answer === null) return route.abort();
        const isJson = answer.headers()['content-type']?.includes('application/json') === true;
        if (!isJson) return route.fulfill({ response: answer });
        const json: unknown = poison(await answer.json());
        return route.fulfill({ response: answer, body: JSON.stringify(json) });
      });
      const seen: string[] = [];
      for (const place of placesOf(app)) {
        await go(place);
        await page.waitForLoadState('load');
        await atRest(page);
        offences.push(...(await awake(page)).map((selector) => `${place}: ${selector}`));
        if (place.endsWith('tab=security')) await page.getByText('CVE-2026-0001').first().waitFor();
        if ((await page.locator('body').innerText()).includes('<img src=x')) seen.push(place);
      }
      assert.deepEqual(offences, []);
      assert.ok(seen.length > 10, `shown as text on ${seen.join(' ')}`);
    });
  });

  it('S65 are kept as they were written', async () => {
    const silences = JSON.stringify(await crane.json(['silence', app]));
    const tokens = JSON.stringify(await crane.json(['token']));
    for (const kept of [silences, tokens]) assert.ok(kept.includes(JSON.stringify(html).slice(1, -1)), kept);
  });

  it('S66 in logs obey nothing, are cut, and the stream goes on', async () => {
    const read = await crane.crane(['logs', app, 'loud']);
    assert.equal(read.code, 0, read.err);
    assert.ok(read.out.length < 200_000, `${read.out.length} characters`);
    assert.match(read.out, /\\x1b\[2J/);
    assert.match(read.out, /y … \(\d+ more bytes\)/);
    assert.match(read.out, /no text \ufffd/);
    assert.match(read.out, /and it goes on/);
    await onPages(crane, {}, async ({ page, go, offences }) => {
      page.on('dialog', (dialog) => {
        offences.push(`dialog ${dialog.message()}`);
        void dialog.dismiss();
      });
      await go(`/apps/${app}?tab=logs`);
      await page.getByText('and it goes on').waitFor();
      await page.getByText('<img src=x onerror=alert(1)>').first().waitFor();
      assert.deepEqual(await awake(page), []);
      const text = await page.locator('body').innerText();
      // oxlint-disable-next-line no-control-regex -- none of them may be there
      assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
      assert.deepEqual(offences, []);
    });
  });

  it('S69 in the table of a chart are no formulas, and all of it is there', async () => {
    await onPages(crane, {}, async ({ page, go, offences }) => {
      await go(`/apps/${app}?tab=live&minutes=5`);
      await page.getByText('As a table').first().click();
      const saving = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download as CSV' }).first().click();
      const saved = await saving;
      assert.equal(saved.suggestedFilename(), `${app}.csv`);
      const [heading = '', ...lines] = readFileSync(await saved.path(), 'utf8')
        .trimEnd()
        .split('\r\n');
      assert.match(heading, /^time,/);
      assert.ok(
        lines.length > 10 && lines.every((line) => /^\d{4}-\d\d-\d\dT[\d:.]+Z,/.test(line)),
        lines[0],
      );
      assert.deepEqual(offences, []);
    });
  });
});
