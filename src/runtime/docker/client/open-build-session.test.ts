import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type ClientHttp2Session } from 'node:http2';
import { duplexPair, type Duplex } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import type { EngineRequest } from './transport.ts';
import { openBuildSession } from './open-build-session.ts';
import type { RegistryAuth } from './registry-auth.ts';
import { readFields } from './read-fields.ts';
import { writeTexts } from './write-fields.ts';

const auth = '/moby.filesync.v1.Auth/Credentials';
const frame = (message: Uint8Array): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};

/** The engine's side of a session. */
async function openSession(test: TestContext, logins: Readonly<Record<string, RegistryAuth>>) {
  const [here, there] = duplexPair();
  const asked: EngineRequest[] = [];
  const hijack = async (request: EngineRequest): Promise<{ socket: Duplex; contentType: null }> => {
    asked.push(request);
    return { socket: here, contentType: null };
  };
  const find = async (registry: string): Promise<RegistryAuth | null> => {
    if (registry === 'broken.test') throw new Error('secret-word');
    return logins[registry] ?? null;
  };
  const session = await openBuildSession({ hijack }, { find }, undefined);
  const engine = connect('http://session', { createConnection: () => there });
  test.after(() => {
    engine.destroy();
    session.close();
  });
  return { engine, session, asked };
}

/** The answer's texts by field, and how the call ended. */
async function call(engine: ClientHttp2Session, path: string, message: Uint8Array) {
  const stream = engine.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' });
  let status: unknown;
  stream.on('response', (headers) => (status = headers['grpc-status']));
  stream.on('trailers', (headers) => (status = headers['grpc-status']));
  const parts: Buffer[] = [];
  stream.on('data', (part: Buffer) => parts.push(part));
  stream.end(frame(message));
  await once(stream, 'close');
  const fields = [...readFields(Buffer.concat(parts).subarray(5))];
  const texts = fields.map(({ number, value }) => [
    number,
    typeof value === 'bigint' ? Number(value) : Buffer.from(value).toString(),
  ]);
  return { status, texts, raw: Buffer.concat(parts).toString() };
}

describe('a session of a build', () => {
  it('says under which name it is asked, and gives a login for the registry that it is asked for', async (test) => {
    const login = { username: 'ann', password: 'word', serveraddress: 'docker.io' };
    const { engine, session, asked } = await openSession(test, { 'docker.io': login });
    assert.equal(asked[0]?.upgrade, 'h2c');
    assert.equal(asked[0]?.headers?.['X-Docker-Expose-Session-Uuid'], session.id);
    const hub = await call(engine, auth, writeTexts({ 1: 'registry-1.docker.io' }));
    assert.deepEqual(
      [hub.status, hub.texts],
      [
        '0',
        [
          [1, 'ann'],
          [2, 'word'],
        ],
      ],
    );
    const other = await call(engine, auth, writeTexts({ 1: 'ghcr.io' }));
    assert.deepEqual([other.status, other.texts], ['0', []]);
  });

  it('is well, refuses what it does not have, and tells no word of an error', async (test) => {
    const { engine } = await openSession(test, {});
    const health = await call(engine, '/grpc.health.v1.Health/Check', new Uint8Array());
    assert.deepEqual([health.status, health.texts], ['0', [[1, 1]]]);
    assert.equal((await call(engine, '/moby.filesync.v1.FileSync/DiffCopy', new Uint8Array())).status, '12');
    const failed = await call(engine, auth, writeTexts({ 1: 'broken.test' }));
    assert.equal(failed.status, '2');
    assert.doesNotMatch(failed.raw, /secret-word/);
  });
});
