import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Scanner } from '../core/port/scanner.ts';

export type SomeImage = { imageId: string; tar: Uint8Array };

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 64_000) yield bytes.subarray(at, at + 64_000);
}

async function* breaksOff(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes.subarray(0, 2_000);
  throw new Error('the engine went away');
}

/** What every scanner keeps. `create` gives one without a database, and an image with at least one known package. */
export function describeScannerContract(
  name: string,
  create: () => Promise<{ scanner: Scanner; image: SomeImage }>,
): void {
  describe(`the scanner contract: ${name}`, () => {
    let scanner: Scanner;
    let image: SomeImage;
    before(async () => {
      ({ scanner, image } = await create());
    });
    const request = (bytes: AsyncIterable<Uint8Array>): Parameters<Scanner['scan']>[0] => ({
      imageId: image.imageId,
      ref: 'test/image:1',
      image: bytes,
      now: 1_000,
    });

    it('lists packages without a database, and says that nothing was looked up', async () => {
      const texts: string[] = [];
      const report = await scanner.scan({
        ...request(chunks(image.tar)),
        onProgress: (text) => texts.push(text),
      });
      assert.equal(report.state, 'no-database');
      assert.equal(report.imageId, image.imageId);
      assert.equal(report.startedAt, 1_000);
      assert.ok(report.packages > 0);
      assert.match(report.sbom ?? '', /CycloneDX/);
      assert.notEqual(report.reason, null);
      assert.deepEqual(report.findings, []);
      assert.ok(texts.length > 0);
      assert.equal(await scanner.isOutdated(report), false);
    });

    it('fails, and does not throw, for an image that is none', async () => {
      const report = await scanner.scan(request(chunks(Buffer.from('no tar'))));
      assert.equal(report.state, 'failed');
      assert.notEqual(report.reason, null);
      assert.equal(await scanner.isOutdated(report), true);
    });

    it('fails, and does not throw, when the image breaks off', async () => {
      const report = await scanner.scan(request(breaksOff(image.tar)));
      assert.equal(report.state, 'failed');
      assert.match(report.reason ?? '', /went away/);
    });

    it('throws when it is cancelled', async () => {
      await assert.rejects(scanner.scan(request(chunks(image.tar)), AbortSignal.abort()));
    });

    it('goes on after all that', async () => {
      const reports = await Promise.all([
        scanner.scan(request(chunks(image.tar))),
        scanner.scan(request(chunks(image.tar))),
      ]);
      assert.deepEqual(
        reports.map((report) => report.state),
        ['no-database', 'no-database'],
      );
    });
  });
}
