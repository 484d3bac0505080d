import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { issueLeaf } from '../../src/proxy/authority/issue-certificate.ts';
import { askApp } from '../factories/ask-app.ts';
import { askOverHttp2, seeCertificate } from '../factories/ask-securely.ts';
import { createInstallation, type TestInstallation } from '../factories/installation.ts';
import { waitFor } from '../factories/wait-for.ts';

const run = promisify(execFile);
const appSchema = z.object({ uniqueName: z.string(), url: z.string() });
const authoritySchema = z.object({
  certificate: z.string(),
  fingerprint: z.string(),
  apps: z.array(z.string()),
});
const loadSchema = z.object({
  requests: z.number(),
  lost: z.number(),
  statuses: z.record(z.string(), z.number()),
});

const file = (tls: string): string => `name: shop
services:
  web:
    image: crane/whoami:1
    deploy: { replicas: 2 }
    x-crane: { route: { port: 8080, tls: ${tls} } }
`;

describe('routes with TLS, through the real router', () => {
  const folder = mkdtempSync(join(tmpdir(), 'crane-tls-'));
  const compose = join(folder, 'compose.yaml');
  let crane: TestInstallation;
  let app = '';
  let host = '';

  const deploy = async (tls: string): Promise<string> => {
    writeFileSync(compose, file(tls));
    const deployed = appSchema.parse(await crane.json(['deploy', '-f', compose]));
    app = deployed.uniqueName;
    host = `${app}.localhost`;
    return deployed.url;
  };
  const authority = async (): Promise<string> => authoritySchema.parse(await crane.json(['ca'])).certificate;
  const place = (): { host: string; port: number } => ({ host, port: crane.tlsPort });

  before(async () => {
    crane = await createInstallation();
    const up = await crane.crane(['up', '--detach']);
    assert.equal(up.code, 0, up.err);
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await crane.purge();
  });

  it('needs no authority before the first of them', async () => {
    assert.equal(await deploy('off'), `http://${host}:${crane.routerPort}`);
    await assert.rejects(seeCertificate(place(), 'none'));
    assert.throws(() => readFileSync(join(crane.data, 'ca/authority.pem')), /ENOENT/);
  });

  it('a route with tls: true answers curl with the exported authority, over HTTP/2, and without TLS as before', async () => {
    assert.equal(await deploy('true'), `https://${host}:${crane.tlsPort}`);
    const file = join(folder, 'ca.pem');
    assert.equal((await crane.crane(['ca', 'export', '-o', file])).code, 0);
    const resolve = ['--resolve', `${host}:${crane.tlsPort}:127.0.0.1`];
    const format = ['-o', '/dev/null', '-w', '%{http_code} %{http_version}'];
    const url = `https://${host}:${crane.tlsPort}/`;
    const { stdout } = await run('curl', ['-sS', '--cacert', file, ...resolve, ...format, url]);
    assert.match(stdout, /^200 (?:2|1\.1)$/);
    await assert.rejects(run('curl', ['-sS', ...resolve, ...format, url]), /certificate/);
    assert.equal(await askOverHttp2(place(), await authority()), 200);
    assert.equal((await askApp(`http://${host}:${crane.routerPort}`)).status, 200);
  });

  it('shows nobody a certificate of somebody else', async () => {
    await assert.rejects(
      seeCertificate({ ...place(), host: 'other.localhost' }, await authority()),
      /unrecognized name/,
    );
  });

  it('a route with TLS only sends plain requests on, with method and path', async () => {
    await deploy('only');
    const plain = `http://${host}:${crane.routerPort}`;
    const post = await askApp(plain, { method: 'POST', path: '/a?b=c', body: 'x' });
    assert.deepEqual([post.status, post.location], [308, `https://${host}:${crane.tlsPort}/a?b=c`]);
    const get = await askApp(plain);
    assert.deepEqual([get.status, get.location], [301, `https://${host}:${crane.tlsPort}/`]);
    assert.equal(await askOverHttp2(place(), await authority()), 200);
  });

  it('renewed certificates lose no request at 200 a second', async (test) => {
    const before = (await seeCertificate(place(), await authority())).fingerprint256;
    const load = crane.start(['load', app, '--rate', '200', '--duration', '6s', '--json']);
    const seen = new Set([before]);
    for (let turn = 0; turn < 3; turn += 1) {
      assert.equal((await crane.crane(['ca', 'renew'])).code, 0);
      await waitFor('the next certificate', async () => {
        const { fingerprint256 } = await seeCertificate(place(), await authority());
        return seen.has(fingerprint256) ? null : seen.add(fingerprint256);
      });
    }
    const { out, err, code } = await load.ended;
    assert.equal(code, 0, err);
    const report = loadSchema.parse(JSON.parse(out));
    test.diagnostic(`${report.requests} requests, ${report.lost} lost, ${seen.size} certificates`);
    assert.equal(report.lost, 0);
    assert.deepEqual(Object.keys(report.statuses), ['200']);
  });

  it('an expired certificate that is found at the start is replaced', async () => {
    const certificate = await authority();
    const key = readFileSync(join(crane.data, 'ca/authority.key'), 'utf8');
    const hosts = (await seeCertificate(place(), certificate)).subjectaltname
      ?.replaceAll('DNS:', '')
      .split(', ');
    const old = issueLeaf({ certificate, key }, hosts ?? [], Date.now() - 91 * 86_400_000);
    process.kill(crane.controlPid(), 'SIGKILL');
    writeFileSync(join(crane.data, `ca/leaves/${app}.pem`), `${old.certificate}${old.key}`);
    const up = await crane.crane(['up', '--detach']);
    assert.equal(up.code, 0, up.err);
    assert.equal(await authority(), certificate);
    const seen = await waitFor('a new certificate', async () => {
      const own = readFileSync(join(crane.data, `ca/leaves/${app}.pem`), 'utf8');
      return own.includes(old.certificate) ? null : seeCertificate(place(), certificate);
    });
    assert.ok(Date.parse(seen.valid_to) > Date.now());
  });

  it('another authority is asked for twice, and vouches for all from then on', async () => {
    const before = await authority();
    assert.equal((await crane.crane(['ca', 'renew', '--authority'])).code, 2);
    assert.equal(await authority(), before);
    assert.equal((await crane.crane(['ca', 'renew', '--authority', '--yes'])).code, 0);
    const next = await authority();
    assert.notEqual(next, before);
    await waitFor('a certificate of the new one', async () =>
      seeCertificate(place(), next).then(
        () => true,
        () => null,
      ),
    );
    await assert.rejects(seeCertificate(place(), before));
  });
});
