import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { startLookalike } from '../../test/factories/control-lookalike.ts';
import { tempFolder } from '../../test/factories/temp-store.ts';
import { renewControlPlane } from './renew-control-plane.ts';

const own = { version: '1.0.0', build: 'aaaaaaaaaaaa' };

/** Answers every request with this. */
async function answering(test: TestContext, status: number, body: unknown): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  test.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return `http://127.0.0.1:${address.port}`;
}

describe('bringing up where a control plane runs', { skip: process.platform !== 'linux' }, () => {
  const renew = async (
    test: TestContext,
    url: string,
  ): Promise<{ isRenewed: boolean; said: string[]; isAlive: boolean }> => {
    const dataFolder = tempFolder(test);
    const child = await startLookalike(test, dataFolder);
    const said: string[] = [];
    const isRenewed = await renewControlPlane({
      dataFolder,
      url,
      own,
      report: ({ text }) => void said.push(text),
      signal: AbortSignal.timeout(20_000),
    });
    if (isRenewed && child.exitCode === null) await once(child, 'exit');
    return { isRenewed, said, isAlive: child.exitCode === null };
  };

  it('leaves one of the same code alone', async (test) => {
    const url = await answering(test, 200, own);
    assert.deepEqual(await renew(test, url), { isRenewed: false, said: [], isAlive: true });
  });

  it('stops one of other code, saying which, also one that cannot tell', async (test) => {
    const other = await renew(test, await answering(test, 200, { ...own, build: 'bbbbbbbbbbbb' }));
    assert.deepEqual([other.isRenewed, other.isAlive], [true, false]);
    assert.match(other.said.join(), /bbbbbbbbbbbb.*aaaaaaaaaaaa/);
    const old = await renew(test, await answering(test, 404, { code: 'route.not_found' }));
    assert.deepEqual([old.isRenewed, old.isAlive], [true, false]);
  });

  it('leaves one alone that gives no answer: it may just start', async (test) => {
    const { isRenewed, isAlive } = await renew(test, 'http://127.0.0.1:1');
    assert.deepEqual([isRenewed, isAlive], [false, true]);
  });

  it('does nothing where none runs', async (test) => {
    const request = { dataFolder: tempFolder(test), url: 'http://127.0.0.1:1', own, report: () => undefined };
    assert.equal(await renewControlPlane({ ...request, signal: AbortSignal.timeout(5_000) }), false);
  });
});
