import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Certificates } from '../core/port/certificates.ts';

const hosts = ['shop-1.localhost', 'web.shop-1.localhost'];

/** What every issuer of certificates keeps. `create` gives one that has issued nothing. */
export function describeCertificatesContract(name: string, create: () => Promise<Certificates>): void {
  describe(`the certificates contract: ${name}`, () => {
    it('has one authority, from the first question on', async () => {
      const certificates = await create();
      const [one, other] = await Promise.all([certificates.authority(), certificates.authority()]);
      assert.deepEqual(one, other);
      assert.match(one.subject, /^Crane local authority [0-9a-f]{8}$/);
    });

    it('gives an app the same certificate while its hosts are the same, in whatever order', async () => {
      const certificates = await create();
      const first = await certificates.issue('shop-1', hosts);
      assert.deepEqual(await certificates.issue('shop-1', hosts.toReversed()), first);
      assert.notDeepEqual(await certificates.issue('shop-1', hosts.slice(0, 1)), first);
    });

    it('forgets an app, and one that it never knew', async () => {
      const certificates = await create();
      const first = await certificates.issue('shop-1', hosts);
      await certificates.forget('shop-1');
      await certificates.forget('never-9');
      assert.notEqual((await certificates.issue('shop-1', hosts)).certificate, first.certificate);
    });

    it('issues anew when it is told to, by the same authority or by another', async () => {
      const certificates = await create();
      const authority = await certificates.authority();
      const first = await certificates.issue('shop-1', hosts);
      assert.deepEqual(await certificates.renew('leaves'), authority);
      const second = await certificates.issue('shop-1', hosts);
      assert.notEqual(second.certificate, first.certificate);
      assert.notEqual((await certificates.renew('authority')).fingerprint, authority.fingerprint);
      assert.notEqual((await certificates.issue('shop-1', hosts)).certificate, second.certificate);
    });
  });
}
