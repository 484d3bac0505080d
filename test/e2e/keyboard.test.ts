import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ensurePages, pagesFolder } from '../../src/platform/pages/ensure-pages.ts';
import { keepFocus, tabTo } from '../factories/keyboard.ts';
import { createMemoryCrane, type MemoryCrane } from '../factories/memory-crane.ts';
import { atRest, closeBrowser, excessOf, onPages } from '../factories/pages.ts';
import { simulateTraffic } from '../factories/simulated-traffic.ts';

const root = join(import.meta.dirname, '../..');
const compose = `name: shop
services:
  web:
    image: example/shop:1
    x-crane:
      route: { port: 8080 }
      scale: { min: 1, max: 3, target: { requestsPerSecond: 50 } }
`;

/** Pages in a real browser on models of the engine and of the parts: what is tried here is the keyboard. */
describe('the web pages by keyboard alone', () => {
  let crane: MemoryCrane;

  before(async () => {
    await ensurePages({ root, environment: process.env, report: () => undefined });
    crane = await createMemoryCrane({ pages: pagesFolder(root), paces: { slowLoopMs: 1_000 } });
    crane.runtime.controls.addImage({ ref: 'example/shop:1', exposedPorts: ['8080/tcp'] });
  });
  after(async () => {
    await closeBrowser();
    await crane.close();
  });
  const site = () => ({
    apiUrl: crane.url,
    json: async () => ({ link: `${crane.url}/#token=${crane.token}` }),
  });

  it('let a person deploy, see why the app scaled, and roll back, with the focus always seen and never lost', async () => {
    await onPages(site(), {}, async ({ page, go, offences }) => {
      await go('/apps');
      await tabTo(page, 'Deploy an app');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Deploy an app' }).waitFor();
      await keepFocus(page, 'going to another page');
      await tabTo(page, 'Compose file');
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.insertText(compose);
      await tabTo(page, 'Show the plan');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'The plan' }).waitFor();
      await keepFocus(page, 'asking for the plan');
      await tabTo(page, 'Deploy');
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'To shop-1' }).waitFor();
      await keepFocus(page, 'deploying');
      await tabTo(page, 'To shop-1');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'shop-1' }).waitFor();

      const tick = simulateTraffic(crane, [{ app: 'shop-1', service: 'web', perSecond: () => 140 }]);
      const ticking = setInterval(tick, 500);
      await page.getByText('3/3').first().waitFor();
      clearInterval(ticking);
      await page.keyboard.press('ControlOrMeta+k');
      await page.keyboard.type('why shop');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Decisions on shop-1' }).waitFor();
      await keepFocus(page, 'choosing from the palette');
      await tabTo(page, /1 → 3/);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: /^Scaled shop-1\/web from 1 to 3/ }).waitFor();
      await tabTo(page, 'Copy the sentence');

      await crane.deploy(
        compose.replace('example/shop:1', 'example/shop:1\n    environment: { A: b }'),
        'shop-1',
      );
      await page.keyboard.press('ControlOrMeta+k');
      await page.keyboard.type('rollback shop');
      await page.keyboard.press('Enter');
      await tabTo(page, 'Go back to it');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await keepFocus(page, 'opening a dialog');
      await tabTo(page, 'Go back to release 1');
      await page.keyboard.press('Enter');
      await page.getByText('release 3').first().waitFor();
      await keepFocus(page, 'a dialog that has done its work');
      assert.deepEqual(offences, []);
    });
  });

  it('close the palette, menus and dialogs with Escape, and give the focus back', async () => {
    await onPages(site(), {}, async ({ page, go }) => {
      await go('/apps');
      const opener = await tabTo(page, /^Go to/);
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      assert.equal((await keepFocus(page, 'closing the palette')).name, opener.name);
      await tabTo(page, 'You');
      await page.keyboard.press('Enter');
      await page.getByRole('menuitemradio', { name: 'Español' }).waitFor();
      await page.keyboard.press('Escape');
      assert.equal((await keepFocus(page, 'closing the menu')).name, 'You');
    });
  });

  it('speak Spanish when it is chosen, and remember it', async () => {
    await onPages(site(), {}, async ({ page, go }) => {
      await go('/apps');
      await tabTo(page, 'You');
      await page.keyboard.press('Enter');
      await page.getByRole('menuitemradio', { name: 'Español' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'Desplegar una app' }).waitFor();
      await keepFocus(page, 'choosing a language');
      await go('/decisions');
      await page.getByRole('heading', { name: 'Decisiones', exact: true }).waitFor();
      assert.equal(await page.locator('html').getAttribute('lang'), 'es');
    });
  });

  it('can be read and used at 320 pixels, at twice the size, and without motion', async () => {
    for (const look of [
      { width: 320, height: 700 },
      // A window of 1280 × 1024 at 200 %.
      { width: 640, height: 512 },
    ])
      await onPages(site(), look, async ({ page, go }) => {
        await go('/apps/shop-1');
        await atRest(page);
        assert.equal(await excessOf(page), 0);
        await tabTo(page, 'Stop');
        await page.keyboard.press('Enter');
        const stop = page.getByRole('dialog').getByRole('button', { name: 'Stop shop-1', exact: true });
        await stop.waitFor();
        assert.ok(await stop.isVisible());
        const moving = await page.evaluate('document.getAnimations().length');
        assert.equal(moving, 0);
        await page.keyboard.press('Escape');
      });
  });
});
