import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { validity } from '../../core/certificate/leaf.ts';
import type { Certificates } from '../../core/port/certificates.ts';
import { describeCertificatesContract } from '../certificates-contract.ts';
import { createAuthority } from './create-authority.ts';

const hosts = ['shop-1.localhost', 'web.shop-1.localhost'];

describe('createAuthority', () => {
  const folders: string[] = [];
  let folder: string;
  let now: number;
  let certificates: Certificates;
  const open = (): Certificates => createAuthority({ folder, clock: { now: () => now } });

  beforeEach(async () => {
    now = 1_800_000_000_000;
    const parent = await mkdtemp(join(tmpdir(), 'authority-'));
    folders.push(parent);
    folder = join(parent, 'ca');
    certificates = open();
  });
  after(async () => {
    for (const each of folders) await rm(each, { recursive: true });
  });

  describeCertificatesContract('in a folder', async () => certificates);

  it('issues what the authority vouches for, and keeps both over a restart', async () => {
    const { certificate } = await certificates.authority();
    const first = await certificates.issue('shop-1', hosts);
    const seen = new X509Certificate(first.certificate);
    assert.equal(seen.verify(new X509Certificate(certificate).publicKey), true);
    assert.equal(seen.checkIssued(new X509Certificate(certificate)), true);
    for (const host of hosts) assert.equal(seen.checkHost(host), host);
    assert.equal(first.notAfter, now + validity.leafMs);
    assert.deepEqual(await certificates.issue('shop-1', hosts), first);
    certificates = open();
    assert.deepEqual(await certificates.issue('shop-1', hosts), first);
    assert.equal((await certificates.authority()).certificate, certificate);
  });

  it('keeps the keys from other users of the machine', async () => {
    await certificates.issue('shop-1', hosts);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    for (const path of ['authority.key', 'leaves/shop-1.pem'])
      assert.equal((await stat(join(folder, path))).mode & 0o777, 0o600);
    assert.deepEqual((await readdir(folder)).sort(), ['authority.key', 'authority.pem', 'leaves']);
  });

  it('issues another one when its hosts change, when it is due, and when it is asked to', async () => {
    const first = await certificates.issue('shop-1', hosts);
    const second = await certificates.issue('shop-1', ['shop-1.localhost']);
    assert.notEqual(second.certificate, first.certificate);
    now += validity.leafMs - validity.renewBeforeMs;
    const third = await certificates.issue('shop-1', ['shop-1.localhost']);
    assert.equal(third.notAfter, now + validity.leafMs);
    const before = await certificates.authority();
    assert.deepEqual(await certificates.renew('leaves'), before);
    assert.notEqual((await certificates.issue('shop-1', ['shop-1.localhost'])).key, third.key);
  });

  it('replaces an expired one that it finds', async () => {
    const first = await certificates.issue('shop-1', hosts);
    now = first.notAfter + 1_000;
    const next = await open().issue('shop-1', hosts);
    assert.equal(next.notAfter, now + validity.leafMs);
  });

  it('has another name and key after its own renewal, and issues everything anew', async () => {
    const first = await certificates.issue('shop-1', hosts);
    const before = await certificates.authority();
    const renewed = await certificates.renew('authority');
    assert.notEqual(renewed.subject, before.subject);
    assert.deepEqual(await open().authority(), renewed);
    const next = await certificates.issue('shop-1', hosts);
    assert.notEqual(next.certificate, first.certificate);
    assert.equal(
      new X509Certificate(next.certificate).verify(new X509Certificate(renewed.certificate).publicKey),
      true,
    );
  });

  it('makes anew what is damaged', async () => {
    const before = await certificates.authority();
    const first = await certificates.issue('shop-1', hosts);
    await writeFile(join(folder, 'leaves/shop-1.pem'), first.certificate);
    assert.notEqual((await open().issue('shop-1', hosts)).key, first.key);
    await writeFile(join(folder, 'authority.key'), 'nothing');
    const other = open();
    assert.notEqual((await other.authority()).fingerprint, before.fingerprint);
    assert.ok((await readFile(join(folder, 'authority.key'), 'utf8')).includes('PRIVATE KEY'));
    assert.equal(
      new X509Certificate((await other.issue('shop-1', hosts)).certificate).checkIssued(
        new X509Certificate((await other.authority()).certificate),
      ),
      true,
    );
  });

  it('leaves no file of an app that is gone', async () => {
    await certificates.issue('shop-1', hosts);
    await certificates.forget('shop-1');
    assert.deepEqual(await readdir(join(folder, 'leaves')), []);
  });
});
