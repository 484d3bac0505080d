import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createInstallation, type TestInstallation } from '../factories/installation.ts';
import { placesOf } from '../factories/page-places.ts';
import { atRest, closeBrowser, excessOf, findBarriers, onPages } from '../factories/pages.ts';

const hostile = '<img src=x onerror=alert(1)>';
const compose = `name: shop
services:
  web:
    image: crane/whoami:1
    environment: { GREETING: 'hello' }
    x-crane:
      route: { port: 8080 }
      scale: { min: 1, max: 3, target: { requestsPerSecond: 50 }, stabilization: 10s }
`;
const mistaken = compose.replace('image: crane/whoami:1', 'image: crane/whoami:1\n    mem_limt: 64m');

/** A browser that a person would have, on the pages of a real platform. */
describe('the web pages in Chromium', () => {
  let crane: TestInstallation;

  before(async () => {
    crane = await createInstallation();
    const up = await crane.crane(['up', '--detach']);
    assert.equal(up.code, 0, up.err);
  });
  after(async () => {
    await closeBrowser();
    await crane.purge();
  });

  it('take a person from a mistake in a compose file to the reason of a decision, and back to the old release', async () => {
    await onPages(crane, {}, async ({ page, go, offences }) => {
      await go('/deploy');
      const editor = page.getByRole('textbox', { name: 'Compose file' });
      const write = async (text: string): Promise<void> => {
        await editor.click();
        await page.keyboard.press('ControlOrMeta+a');
        await page.keyboard.insertText(text);
      };
      await write(mistaken);
      await page.locator('.cm-lint-marker-error').waitFor();
      await page.getByRole('button', { name: 'Show the plan' }).click();
      await page.getByText('Did you mean mem_limit?').first().waitFor();
      await write(compose);
      await page.getByRole('button', { name: 'Show the plan' }).click();
      await page.getByRole('heading', { name: 'The plan' }).waitFor();
      await page.getByRole('button', { name: 'Deploy', exact: true }).click();
      await page.getByRole('link', { name: 'To shop-1' }).click();
      await page.getByRole('heading', { name: 'shop-1' }).waitFor();

      await page.getByRole('tab', { name: 'Load' }).click();
      const load = page.getByRole('region', { name: 'Load' });
      await load.getByRole('textbox', { name: 'Seconds' }).fill('8');
      await load.getByRole('button', { name: 'Start', exact: true }).click();
      await page.getByText('3/3').first().waitFor();
      await page.getByRole('heading', { name: 'Result' }).waitFor();

      await page.getByRole('link', { name: 'Decisions' }).click();
      await page
        .getByRole('link', { name: /1 → [23]/ })
        .last()
        .click();
      await page.getByRole('heading', { name: /^Scaled shop-1\/web from 1 to [23]/ }).waitFor();
      for (const part of ['Signal', 'Alert', 'Policy', 'Bound', 'Effect'])
        await page.getByRole('heading', { name: part, exact: true }).waitFor();
      await page.getByRole('button', { name: 'Replay as it was' }).click();
      await page.getByText('The same verdict.').waitFor();
      await page.getByRole('textbox', { name: 'requestsPerSecond' }).fill('1');
      await page.getByRole('button', { name: 'Replay with this' }).click();
      await page.getByText(/^Different in/).waitFor();

      const second = await crane.crane(['set', 'shop-1', 'web.env.GREETING=again']);
      assert.equal(second.code, 0, second.err);
      await go('/apps/shop-1?tab=releases');
      await page.getByRole('button', { name: 'Go back to it' }).first().click();
      await page.getByRole('button', { name: 'Go back to release 1' }).click();
      await page.getByText('release 3', { exact: false }).first().waitFor();

      await page.getByRole('button', { name: 'More', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Delete…' }).click();
      await page.getByRole('textbox', { name: /Type shop-1/ }).fill('shop-1');
      await page.getByRole('button', { name: 'Delete shop-1' }).click();
      await page.getByRole('heading', { name: 'Apps' }).waitFor();
      assert.deepEqual(offences, []);
    });
  });

  it('show hostile names, reasons and logs as text', async () => {
    const file = compose.replace("'hello'", `'${hostile}'`).replace('name: shop', 'name: odd');
    await onPages(crane, {}, async ({ page, go, offences }) => {
      await go('/deploy');
      await page.getByRole('textbox', { name: 'Compose file' }).click();
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.insertText(file.replace('image: crane/whoami:1', `image: "${hostile}"`));
      await page.getByRole('button', { name: 'Show the plan' }).click();
      await page.getByRole('alert').first().waitFor();
      assert.equal(await page.locator('img[src="x"]').count(), 0);
      assert.deepEqual(offences, []);
    });
  });

  it('have no barrier of WCAG 2.2 AA in either theme, and fit a narrow window', async () => {
    const deployed = await crane.crane(['deploy', '-f', 'examples/whoami/compose.yaml', '--name', 'look']);
    assert.equal(deployed.code, 0, deployed.err);
    const places = placesOf(await appNamed('look'));
    const barriers: string[] = [];
    for (const scheme of ['light', 'dark'] as const) {
      await onPages(crane, { scheme }, async ({ page, go, offences }) => {
        for (const place of places) {
          await go(place);
          await page.waitForLoadState('load');
          await atRest(page);
          barriers.push(...(await findBarriers(page)).map((barrier) => `${scheme} ${place}: ${barrier}`));
        }
        barriers.push(...offences);
      });
    }
    await onPages(crane, { width: 320, height: 700 }, async ({ page, go }) => {
      for (const place of places) {
        await go(place);
        const excess = await excessOf(page);
        if (excess > 0) barriers.push(`320 px ${place}: ${excess} px too wide`);
      }
    });
    assert.deepEqual(barriers, []);
  });

  async function appNamed(name: string): Promise<string> {
    const apps = await crane.json(['ls']);
    assert.ok(Array.isArray(apps));
    const found: unknown = apps.find((app: unknown) => Object(app).name === name);
    return String(Object(found).uniqueName);
  }
});
