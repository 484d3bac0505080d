import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { objectId, time, whole } from './der.ts';
import { decideLeaf, judgeAuthority, validity } from './leaf.ts';
import { renderCertificate, renderToBeSigned, type CertificateFacts } from './render-certificate.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicKey = keys.publicKey.export({ type: 'spki', format: 'der' });
const keyId = createHash('sha1').update(publicKey).digest('hex');

function certificate(change: Partial<CertificateFacts> = {}): X509Certificate {
  const toBeSigned = renderToBeSigned({
    serial: Uint8Array.of(0x7f, 1),
    subject: 'shop-1.localhost',
    issuer: 'an authority',
    notBefore: Date.UTC(2026, 0, 2, 3, 4, 5),
    notAfter: Date.UTC(2051, 1, 3),
    publicKey,
    keyId,
    issuerKeyId: keyId,
    usage: { kind: 'server', hosts: ['shop-1.localhost', 'web.shop-1.localhost'] },
    ...change,
  });
  return new X509Certificate(renderCertificate(toBeSigned, sign('sha256', toBeSigned, keys.privateKey)));
}

describe('DER', () => {
  it('writes numbers, object ids and times as X.690 has them', () => {
    assert.equal(hex(whole(0)), '020100');
    assert.equal(hex(whole(127)), '02017f');
    assert.equal(hex(whole(128)), '02020080');
    assert.equal(hex(whole(Uint8Array.of(0, 0, 1))), '020101');
    assert.equal(hex(objectId('1.2.840.10045.4.3.2')), '06082a8648ce3d040302');
    assert.equal(hex(time(0)), `170d${hex(Buffer.from('700101000000Z'))}`);
    assert.equal(hex(time(Date.UTC(2050, 0, 1))), `180f${hex(Buffer.from('20500101000000Z'))}`);
  });
});

describe('a certificate', () => {
  it('of a server is read back as it was meant, and is no authority', () => {
    const seen = certificate();
    assert.match(seen.subject, /CN=shop-1\.localhost/);
    assert.match(seen.issuer, /CN=an authority/);
    assert.equal(seen.subjectAltName, 'DNS:shop-1.localhost, DNS:web.shop-1.localhost');
    assert.equal(seen.validFromDate.getTime(), Date.UTC(2026, 0, 2, 3, 4, 5));
    assert.equal(seen.validToDate.getTime(), Date.UTC(2051, 1, 3));
    assert.deepEqual(seen.keyUsage, ['1.3.6.1.5.5.7.3.1']);
    assert.equal(seen.ca, false);
    assert.equal(seen.verify(keys.publicKey), true);
    assert.equal(seen.checkHost('web.shop-1.localhost'), 'web.shop-1.localhost');
    assert.equal(seen.checkHost('api.shop-1.localhost'), undefined);
  });

  it('of an authority may sign others', () => {
    const root = certificate({ subject: 'an authority', usage: { kind: 'authority' } });
    assert.equal(root.ca, true);
    assert.equal(certificate().checkIssued(root), true);
  });

  it('is well formed whatever its serial, name and number of hosts', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 20 }),
        fc.string({ minLength: 1, maxLength: 64, unit: fc.constantFrom('a', 'Z', '9', '-', '.') }),
        fc.integer({ min: 1, max: 60 }),
        (serial, subject, count) => {
          const hosts = Array.from(
            { length: count },
            (_, index) => `h${index}.${'x'.repeat(index)}.localhost`,
          );
          const seen = certificate({ serial, subject, usage: { kind: 'server', hosts } });
          return (
            seen.subjectAltName?.split(', ').length === count &&
            BigInt(`0x${seen.serialNumber}`) === BigInt(`0x${hex(serial)}`)
          );
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('decideLeaf', () => {
  const now = 1_700_000_000_000;
  const leaf = {
    hosts: ['a.localhost', 'b.localhost'],
    notBefore: now,
    notAfter: now + validity.leafMs,
    authority: 'A',
  };
  const wanted = {
    hosts: ['b.localhost', 'a.localhost'],
    authority: 'A',
    authorityNotAfter: now + validity.authorityMs,
  };

  it('keeps one that fits, in whatever order its hosts come', () => {
    assert.deepEqual(decideLeaf(leaf, wanted, now), { kind: 'keep' });
    assert.deepEqual(decideLeaf(leaf, wanted, now + validity.leafMs - validity.renewBeforeMs - 1), {
      kind: 'keep',
    });
  });

  it('keeps one that lasts as long as its authority', () => {
    const end = { ...wanted, authorityNotAfter: leaf.notAfter };
    assert.deepEqual(decideLeaf(leaf, end, leaf.notAfter - 1), { kind: 'keep' });
  });

  const cases = [
    ['absent', null, wanted, now],
    ['hosts', leaf, { ...wanted, hosts: ['a.localhost'] }, now],
    ['hosts', leaf, { ...wanted, hosts: ['a.localhost', 'c.localhost'] }, now],
    ['authority', leaf, { ...wanted, authority: 'B' }, now],
    ['not-yet-valid', leaf, wanted, now - 1],
    ['due', leaf, wanted, leaf.notAfter - validity.renewBeforeMs],
    ['due', leaf, wanted, leaf.notAfter + 1],
  ] as const;
  for (const [why, own, want, at] of cases)
    it(`issues another one: ${why}`, () =>
      assert.deepEqual(decideLeaf(own, want, at), { kind: 'issue', why }));

  it('says when the authority ends before what it would issue', () => {
    assert.equal(judgeAuthority(now + validity.leafMs + 1, now), 'ok');
    assert.equal(judgeAuthority(now + validity.leafMs, now), 'ending');
    assert.equal(judgeAuthority(now, now), 'ended');
  });
});
