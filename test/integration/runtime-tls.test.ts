import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createServer, type Server } from 'node:tls';
import { promisify } from 'node:util';
import { openEngineClient } from '../../src/runtime/docker/client/open-engine-client.ts';
import type { EngineClient } from '../../src/runtime/docker/client/engine-client.ts';
import { openTestEngine } from '../factories/docker-engine.ts';

const openssl = (...argv: readonly string[]): Promise<unknown> => promisify(execFile)('openssl', [...argv]);

/** A TLS listener in front of the real engine that wants a client's certificate, as an engine with --tlsverify does. */
describe('an engine behind TLS', () => {
  let folder: string;
  let server: Server;
  let host: string;

  before(async () => {
    const client = await openTestEngine();
    client.close();
    folder = await mkdtemp(join(tmpdir(), 'tls-'));
    await makeCertificates();
    server = createServer(
      {
        key: await readFile(join(folder, 'key.pem')),
        cert: await readFile(join(folder, 'cert.pem')),
        ca: await readFile(join(folder, 'ca.pem')),
        requestCert: true,
      },
      (socket) => {
        const engine = connect({ path: client.where.replace('unix://', '') });
        socket.on('error', () => engine.destroy());
        engine.on('error', () => socket.destroy());
        socket.pipe(engine).pipe(socket);
      },
    );
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    host = `tcp://localhost:${address.port}`;
  });
  after(async () => {
    server?.close();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  /** One authority, and one certificate for both ends. */
  async function makeCertificates(): Promise<void> {
    const path = (name: string): string => join(folder, name);
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    await openssl(
      'req',
      '-x509',
      ...key,
      '-keyout',
      path('ca-key.pem'),
      '-out',
      path('ca.pem'),
      '-subj',
      '/CN=test',
    );
    await openssl(
      'req',
      ...key,
      '-keyout',
      path('key.pem'),
      '-out',
      path('csr.pem'),
      '-subj',
      '/CN=localhost',
    );
    await writeFile(path('names'), 'subjectAltName=DNS:localhost\n');
    const signed = ['-CA', path('ca.pem'), '-CAkey', path('ca-key.pem'), '-CAcreateserial'];
    const ends = ['-in', path('csr.pem'), '-out', path('cert.pem'), '-extfile', path('names'), '-days', '1'];
    await openssl('x509', '-req', ...signed, ...ends);
  }

  const open = (changes: object): Promise<EngineClient> =>
    openEngineClient({
      dockerHost: host,
      configFolder: '/nonexistent',
      environment: {},
      isWindows: false,
      ...changes,
    });

  it('is reached with the authority and the certificate of DOCKER_CERT_PATH', async () => {
    const client = await open({ dockerTlsVerify: '1', dockerCertPath: folder });
    assert.match(await client.system.ping(), /^1\./);
    client.close();
  });

  it('whose authority is not known is not talked to, and the certificates are what to look at', async () => {
    const other = join(folder, 'other');
    await mkdir(other);
    const client = await open({ dockerTlsVerify: '1', dockerCertPath: other });
    await assert.rejects(client.system.ping(), (error: { code: string; facts: { fix: string } }) => {
      assert.equal(error.code, 'engine.unreachable');
      return /ca\.pem/.test(error.facts.fix);
    });
    client.close();
  });

  it('is not reached without TLS', async () => {
    const client = await open({});
    await assert.rejects(client.system.ping(), { code: 'engine.unreachable' });
    client.close();
  });
});
