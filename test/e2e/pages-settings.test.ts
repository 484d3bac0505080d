import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createInstallation, type TestInstallation } from '../factories/installation.ts';
import { closeBrowser, onPages } from '../factories/pages.ts';

/** What is set on the pages holds everywhere: the command line of the same installation tells it. */
describe('settings on the web pages', () => {
  let crane: TestInstallation;

  before(async () => {
    crane = await createInstallation();
    const up = await crane.crane(['up', '--detach']);
    assert.equal(up.code, 0, up.err);
    const deployed = await crane.crane(['deploy', '-f', 'examples/whoami/compose.yaml']);
    assert.equal(deployed.code, 0, deployed.err);
  });
  after(async () => {
    await closeBrowser();
    await crane.purge();
  });

  it('are the modes of admission, and what a file would meet', async () => {
    await onPages(crane, {}, async ({ page, go, offences }) => {
      await go('/admission');
      await page.getByRole('combobox', { name: 'P11 for users' }).click();
      await page.getByRole('option', { name: 'deny' }).click();
      await page.getByRole('button', { name: 'P11 as shipped' }).waitFor();
      assert.match(await said('policy', 'modes'), /P11 .*deny +audit/);
      await page.getByRole('button', { name: 'P11 as shipped' }).click();
      await page.getByRole('button', { name: 'P11 as shipped' }).waitFor({ state: 'detached' });
      assert.match(await said('policy', 'modes'), /P11 .*warn +audit/);

      await page.getByRole('tab', { name: 'Check a file' }).click();
      await page.getByRole('button', { name: 'Ask the policies' }).click();
      await page.getByText('It may not run.').waitFor();
      await page.getByRole('cell', { name: 'P06', exact: true }).waitFor();
      assert.deepEqual(offences, []);
    });
  });

  it('are waivers, which end on a click', async () => {
    await onPages(crane, {}, async ({ page, go, offences }) => {
      await go('/scans');
      await page.getByRole('textbox', { name: 'Vulnerability' }).fill('CVE-2026-0042');
      await page.getByRole('textbox', { name: 'Reason' }).fill("it isn't reachable");
      await page.getByRole('button', { name: 'Waive it' }).click();
      await page.getByRole('cell', { name: 'CVE-2026-0042', exact: true }).waitFor();
      assert.match(await said('scan', 'waivers'), /CVE-2026-0042.*it isn't reachable/);
      await page.getByRole('button', { name: 'End it: CVE-2026-0042' }).click();
      await page.getByRole('heading', { name: 'No waivers' }).waitFor();
      assert.deepEqual(offences, []);
    });
  });

  it('are groups: shared with, and removed only by whoever types the name', async () => {
    await onPages(crane, {}, async ({ page, go, offences }) => {
      await go('/groups');
      await page.getByRole('textbox', { name: 'Name' }).fill('team');
      await page.getByRole('button', { name: 'Make the group' }).click();
      const group = page.getByRole('region', { name: 'team' });
      await group.getByRole('combobox', { name: 'Share an app' }).click();
      await page.getByRole('option', { name: 'whoami-1' }).click();
      await group.getByRole('button', { name: 'Share', exact: true }).click();
      await group.getByRole('link', { name: 'whoami-1' }).waitFor();
      assert.match(await said('groups'), /team +\S+ \(owner\) +whoami-1/);

      await group.getByRole('button', { name: 'Remove team' }).click();
      const dialog = page.getByRole('dialog', { name: 'Remove team' });
      const remove = dialog.getByRole('button', { name: 'Remove', exact: true });
      await dialog.getByRole('textbox').fill('tea');
      assert.equal(await remove.isDisabled(), true);
      await dialog.getByRole('textbox').fill('team');
      await remove.click();
      await page.getByRole('heading', { name: 'You are in no group' }).waitFor();
      assert.deepEqual(offences, []);
    });
  });

  it('are silences, maintenance and a service changed without a file', async () => {
    await onPages(crane, {}, async ({ page, go, offences }) => {
      await go('/apps/whoami-1?tab=rules');
      await page.getByRole('textbox', { name: 'Alerts named' }).fill('slow*');
      await page.getByRole('button', { name: 'Silence them' }).click();
      await page.getByRole('button', { name: /^End it/ }).waitFor();
      assert.match(await said('silence', 'whoami-1'), /slow\*/);
      await page.getByRole('button', { name: 'Begin maintenance' }).click();
      await page.getByRole('button', { name: 'End the maintenance' }).click();
      await page.getByRole('button', { name: 'Begin maintenance' }).waitFor();

      await go('/apps/whoami-1?tab=compose');
      await page.getByRole('combobox', { name: 'Environment' }).fill('MODE=fast');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Show what would change' }).click();
      await page.getByText(/web: replace/).waitFor();
      await page.getByRole('button', { name: 'Change it', exact: true }).click();
      await page.getByText('succeeded').first().waitFor();
      await page.getByText('MODE: fast').waitFor();
      assert.deepEqual(offences, []);
    });
  });

  async function said(...args: string[]): Promise<string> {
    const { code, out, err } = await crane.crane(args);
    assert.equal(code, 0, err);
    return out;
  }
});
