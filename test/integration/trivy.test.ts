import assert from 'node:assert/strict';
import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import type { Sandbox } from '../../src/core/port/runtime.ts';
import type { Scanner } from '../../src/core/port/scanner.ts';
import type { ScanReport } from '../../src/core/scan/scan.ts';
import { createSandbox } from '../../src/runtime/docker/sandbox.ts';
import { describeScannerContract, type SomeImage } from '../../src/scan/scanner-contract.ts';
import { createTrivyScanner } from '../../src/scan/trivy/create-trivy-scanner.ts';
import {
  alpineFiles,
  layerOfFiles,
  layerOfSparseFile,
  renderImageTar,
  wrapLayer,
} from '../factories/image-tar.ts';
import { openTestPlatform, partImage, type TestPlatform } from '../factories/test-platform.ts';
import { writeTrivyDatabase, type KnownFlaw } from '../factories/trivy-database.ts';

const flaws: KnownFlaw[] = [
  {
    id: 'CVE-2026-0001',
    severity: 'CRITICAL',
    title: 'a',
    package: 'musl',
    os: 'alpine 3.20',
    fixed: '1.2.6-r0',
  },
  {
    id: 'CVE-2026-0002',
    severity: 'LOW',
    title: 'b',
    package: 'lodash',
    ecosystem: 'npm',
    vulnerable: '<4.17.21',
    patched: '4.17.21',
  },
];
const lodash = (version: string): Record<string, string> => ({
  'app/node_modules/lodash/package.json': JSON.stringify({ name: 'lodash', version, license: 'MIT' }),
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

describe('the real scanner', () => {
  let platform: TestPlatform;
  let sandbox: Sandbox;
  let trivy: string;
  let work: string;
  let database: string;

  before(async () => {
    platform = await openTestPlatform();
    sandbox = createSandbox({ client: platform.client, installation: platform.installation });
    trivy = await partImage('trivy');
    work = await platform.folder();
    database = join(await platform.folder(), 'db');
    await writeTrivyDatabase(database, { flaws, updatedAt: '2026-05-01T00:00:00Z' });
  });
  after(() => platform?.close());

  const scannerWith = (databaseDirectory: string | null, maxImageBytes?: number): Scanner =>
    createTrivyScanner({
      sandbox,
      image: trivy,
      workDirectory: work,
      databaseDirectory,
      ...(maxImageBytes === undefined ? {} : { maxImageBytes }),
    });
  const scan = (scanner: Scanner, { imageId, tar }: SomeImage): Promise<ScanReport> =>
    scanner.scan({ imageId, ref: 'test/image:1', image: once(tar), now: 1_000 });
  const vulnerable = (): Promise<SomeImage> =>
    renderImageTar('test/alpine:1', {
      ...alpineFiles({ musl: '1.2.5-r0', busybox: '1.36.1-r29' }),
      ...lodash('4.17.20'),
    });

  describeScannerContract('trivy', async () => ({ scanner: scannerWith(null), image: await vulnerable() }));

  it('finds what the database knows, of the system and of libraries', async () => {
    const report = await scan(scannerWith(database), await vulnerable());
    assert.equal(report.state, 'findings', report.reason ?? '');
    assert.deepEqual(
      report.findings.map(({ id, severity, package: name, installed, fixed }) => [
        id,
        severity,
        name,
        installed,
        fixed,
      ]),
      [
        ['CVE-2026-0001', 'CRITICAL', 'musl', '1.2.5-r0', '1.2.6-r0'],
        ['CVE-2026-0002', 'LOW', 'lodash', '4.17.20', '4.17.21'],
      ],
    );
    assert.equal(report.packages, 3);
    assert.equal(report.databaseAt, Date.parse('2026-05-01T00:00:00Z'));
    assert.match(report.scanner, /^trivy \d+\.\d+/);
    assert.ok(report.tookMs > 0);
  });

  it('calls an image clean only when it was looked up', async () => {
    const image = await renderImageTar('test/alpine:2', {
      ...alpineFiles({ musl: '1.2.6-r0' }),
      ...lodash('4.17.21'),
    });
    assert.equal((await scan(scannerWith(database), image)).state, 'clean');
    assert.equal((await scan(scannerWith(join(work, 'nowhere')), image)).state, 'no-database');
  });

  it('never calls an image clean in which it recognised nothing', async () => {
    const image = await renderImageTar('test/empty:1', { 'hello.txt': 'hello' });
    const report = await scan(scannerWith(database), image);
    assert.equal(report.state, 'nothing-recognised');
    assert.equal(report.packages, 0);
    assert.notEqual(report.sbom, null);
  });

  it('takes what the engine saves', async () => {
    const tag = await partImage('whoami');
    const tar = await buffer(platform.client.images.save([tag]));
    const report = await scan(scannerWith(database), { imageId: 'sha256:whoami', tar });
    assert.equal(report.state, 'clean', report.reason ?? '');
    assert.ok(report.packages > 0);
  });

  it('S83 fails with the SBOM in hand when the database is damaged', async () => {
    const damaged = join(await platform.folder(), 'db');
    await writeTrivyDatabase(damaged, { flaws, updatedAt: '2026-05-01T00:00:00Z' });
    await truncate(join(damaged, 'trivy.db'), 20_000);
    const report = await scan(scannerWith(damaged), await vulnerable());
    assert.equal(report.state, 'failed');
    assert.match(report.reason ?? '', /crashed|open db/);
    assert.match(report.sbom ?? '', /CycloneDX/);
  });

  it('S83 fails for a damaged package list as for a damaged tar, and says why', async () => {
    const { tar, imageId } = await vulnerable();
    const cut = await scan(scannerWith(database), { imageId, tar: tar.subarray(0, tar.length / 2) });
    assert.equal(cut.state, 'failed');
    assert.doesNotMatch(cut.reason ?? '', /\n|\/scan\//);
  });

  it('S83 refuses an image above its limit before it is on disk', async () => {
    const report = await scan(scannerWith(null, 1_024), await vulnerable());
    assert.equal(report.state, 'failed');
    assert.match(report.reason ?? '', /larger than/);
  });

  it('S83 lists an image of a million files, or says why not, and the machine has its room back', async () => {
    const image = await wrapLayer('test/many:1', layerOfFiles(1_000_000));
    const report = await scan(scannerWith(database), image);
    assert.match(report.state, /^(nothing-recognised|failed)$/);
    assert.deepEqual(await readdir(work), []);
  });

  it('S83 never calls clean what hides behind a file of fifty gigabytes, and keeps to its memory', async () => {
    const layer = layerOfSparseFile('lib/apk/db/installed', 50 * 1024 ** 3);
    const report = await scan(scannerWith(database), await wrapLayer('test/sparse:1', layer));
    assert.match(report.state, /^(nothing-recognised|failed)$/, report.reason ?? '');
    assert.notEqual(report.reason, null);
    assert.deepEqual(await readdir(work), []);
  });

  it('fails when the scanner itself is not there', async () => {
    const scanner = createTrivyScanner({
      sandbox,
      image: 'crane/none:0',
      workDirectory: work,
      databaseDirectory: null,
    });
    const report = await scan(scanner, await vulnerable());
    assert.equal(report.state, 'failed');
    assert.notEqual(report.reason, null);
  });

  it('leaves nothing behind', async () => {
    assert.deepEqual(await readdir(work), []);
  });
});
