import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createInstallation, type TestInstallation } from '../factories/installation.ts';
import { writeTrivyDatabase, type KnownFlaw } from '../factories/trivy-database.ts';
import { waitFor } from '../factories/wait-for.ts';

const flaw: KnownFlaw = {
  id: 'CVE-2026-0042',
  severity: 'CRITICAL',
  title: 'a flaw of the test',
  package: 'stdlib',
  ecosystem: 'go',
  vulnerable: '<99.0.0',
  patched: '99.0.0',
};
const canary = 'canary-5c1d9e47-value';

describe('a vulnerable image', () => {
  let crane: TestInstallation;
  let folder: string;
  const run = (...args: string[]): ReturnType<TestInstallation['crane']> =>
    crane.crane(args, { cwd: folder, env: { CANARY: canary } });
  const deploy = (): ReturnType<TestInstallation['crane']> => run('deploy', '--wait');
  const bringDatabase = async (flaws: readonly KnownFlaw[], hoursAgo: number): Promise<void> => {
    const place = join(folder, `db-${hoursAgo}`);
    const updatedAt = `${new Date(Date.now() - hoursAgo * 3_600_000).toISOString().slice(0, 19)}Z`;
    await writeTrivyDatabase(place, { flaws, updatedAt });
    const imported = await run('scan', 'db', 'import', place);
    assert.equal(imported.code, 0, imported.err);
  };

  before(async () => {
    crane = await createInstallation();
    folder = mkdtempSync(join(tmpdir(), 'scan-verdict-'));
    await crane.crane(['up', '--detach']);
    const web = { image: 'crane/whoami:1', secrets: ['key'], 'x-crane': { route: 8080 } };
    const file = { name: 'shop', services: { web }, secrets: { key: { environment: 'CANARY' } } };
    writeFileSync(join(folder, 'compose.yaml'), JSON.stringify(file));
  });
  after(async () => {
    await crane?.purge();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is deployed by an admin when there is no database, who is told that nothing was looked up', async () => {
    const { code, err } = await deploy();
    assert.equal(code, 0, err);
    assert.match(err, /no vulnerability database/);
    assert.match(err, /P17/);
  });

  it('is refused with exit 4 and the vulnerability, once the database knows it', async () => {
    assert.equal((await run('policy', 'set', 'P15', '--role', 'admin', '--mode', 'deny')).code, 0);
    await bringDatabase([flaw], 2);
    const { code, err } = await deploy();
    assert.equal(code, 4, err);
    assert.match(err, /CVE-2026-0042/);
  });

  it('deploys with a waiver, and not any more when its time is over', async () => {
    const waiver = await run('scan', 'waive', flaw.id, '--reason', 'for a moment', '--for', '20s');
    assert.equal(waiver.code, 0, waiver.err);
    const waived = await deploy();
    assert.equal(waived.code, 0, waived.err);
    await waitFor('the waiver is over', async () => {
      const { out } = await run('scan', 'waivers');
      return out.includes('(over)') ? true : null;
    });
    const { code, err } = await deploy();
    assert.equal(code, 4, err);
  });

  it('deploys when a newer database no longer knows it as vulnerable', async () => {
    await bringDatabase([], 1);
    const { code, err } = await deploy();
    assert.equal(code, 0, err);
    assert.match(err, /clean/);
  });

  it('leaves the secret of the deployment in no file that Crane writes, also after a new key', async () => {
    const rotated = await run('secret', 'rotate-key');
    assert.equal(rotated.code, 0, rotated.err);
    const again = await deploy();
    assert.equal(again.code, 0, again.err);
    const files = await readdir(crane.data, { recursive: true, withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile())) {
      const path = join(file.parentPath, file.name);
      assert.ok(!(await readFile(path)).includes(canary), path);
    }
    for (const args of [
      ['ls'],
      ['events', '--no-follow'],
      ['history', 'shop-1'],
      ['config', '--app', 'shop-1'],
    ])
      assert.ok(!(await run(...args)).out.includes(canary), args.join(' '));
  });
});
