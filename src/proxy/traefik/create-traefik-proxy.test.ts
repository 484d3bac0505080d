import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { servePart, unusedUrl, type Cleanable } from '../../../test/factories/part-server.ts';
import { realClock } from '../../../test/factories/test-platform.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import { describeProxyContract, someRoute } from '../proxy-contract.ts';
import { createTraefikProxy } from './create-traefik-proxy.ts';
import { parsePublishedMark } from './published-header.ts';

const isUnavailable = (thrown: unknown): boolean =>
  thrown instanceof CraneError && thrown.code === 'part.unavailable';
const shop = { app: 'shop-1', routes: [someRoute()] };

async function tempFolder(test: Cleanable): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'routes-'));
  test.after(() => rm(folder, { recursive: true }));
  return join(folder, 'dynamic');
}

const quick = { clock: realClock, confirmMs: 100, askMs: 50 };

/** The router's API over a folder, as if everything in it were loaded at once. */
async function serveMarks(test: Cleanable, directory: string): Promise<string> {
  return servePart(test, ({ path }, response) => {
    const app = /^\/api\/http\/middlewares\/(.+)\.published%40file$/.exec(path)?.[1] ?? '';
    void readFile(join(directory, `${app}.yml`), 'utf8').then(
      (text) => {
        const mark = parsePublishedMark(text);
        response.end(JSON.stringify({ headers: { customRequestHeaders: { 'X-Crane-Published': mark } } }));
      },
      () => response.writeHead(404).end('{"message":"middleware not found: x@file"}'),
    );
  });
}

describe('the files of the router', () => {
  const atEnd: (() => void | Promise<void>)[] = [];
  const suite = { after: (work: () => void | Promise<void>) => void atEnd.push(work) };
  after(async () => {
    for (const work of atEnd) await work();
  });
  describeProxyContract('traefik files', async () => {
    const directory = await tempFolder(suite);
    return createTraefikProxy({
      directory,
      internalUrl: await serveMarks(suite, directory),
      clock: realClock,
    });
  });
});

describe('createTraefikProxy', () => {
  it('writes what apps share before the first app, and one file per app, and leaves no drafts', async (test) => {
    const directory = await tempFolder(test);
    const proxy = createTraefikProxy({ directory, internalUrl: await unusedUrl(), ...quick });
    await proxy.publish(shop);
    assert.deepEqual((await readdir(directory)).sort(), ['crane.yml', 'shop-1.yml']);
    assert.deepEqual(await readdir(`${directory}.staging`), []);
    await proxy.withdraw('shop-1');
    assert.deepEqual(await readdir(directory), ['crane.yml']);
  });

  it('writes again what somebody removed or changed', async (test) => {
    const directory = await tempFolder(test);
    const proxy = createTraefikProxy({ directory, internalUrl: await unusedUrl(), ...quick });
    await proxy.publish(shop);
    await rm(join(directory, 'shop-1.yml'));
    assert.equal(await proxy.publish(shop), true);
    await writeFile(join(directory, 'shop-1.yml'), '# by hand');
    assert.deepEqual(await proxy.observePublished(), []);
    assert.equal(await proxy.publish(shop), true);
    assert.deepEqual(await proxy.observePublished(), [shop]);
  });

  it('writes nothing that it refuses', async (test) => {
    const directory = await tempFolder(test);
    const proxy = createTraefikProxy({ directory, internalUrl: await unusedUrl(), ...quick });
    for (const app of ['../x', 'crane', '', 'a/b']) {
      await assert.rejects(proxy.publish({ app, routes: [] }), CraneError);
      await assert.rejects(proxy.withdraw(app), CraneError);
    }
    assert.deepEqual(await readdir(directory).catch(() => []), []);
  });

  it('does not take a router without its API for one that has nothing loaded', async (test) => {
    const directory = await tempFolder(test);
    const internalUrl = await servePart(
      test,
      (_, response) => void response.writeHead(404).end('404 page not found'),
    );
    const proxy = createTraefikProxy({ directory, internalUrl, ...quick });
    await proxy.withdraw('shop-1');
    await assert.rejects(proxy.confirm(), isUnavailable);
  });

  it('does not confirm while the router has another state, is down, or hangs', async (test) => {
    const other = await servePart(
      test,
      (_, response) =>
        void response.end('{"headers":{"customRequestHeaders":{"X-Crane-Published":"0123456789abcdef"}}}'),
    );
    const hanging = await servePart(test, () => {});
    for (const internalUrl of [other, hanging, await unusedUrl()]) {
      const proxy = createTraefikProxy({ directory: await tempFolder(test), internalUrl, ...quick });
      await proxy.publish(shop);
      await assert.rejects(proxy.confirm(), isUnavailable);
    }
  });

  it('asks about what an earlier process published, once', async (test) => {
    const directory = await tempFolder(test);
    await mkdir(directory, { recursive: true });
    const internalUrl = await serveMarks(test, directory);
    await createTraefikProxy({ directory, internalUrl, clock: realClock }).publish(shop);
    const later = createTraefikProxy({ directory, internalUrl, clock: realClock });
    await later.confirm();
    const blind = createTraefikProxy({ directory, internalUrl: await unusedUrl(), ...quick });
    await assert.rejects(blind.confirm(), isUnavailable);
  });

  it('stops asking when it is cancelled', async (test) => {
    const directory = await tempFolder(test);
    const proxy = createTraefikProxy({
      directory,
      internalUrl: await servePart(test, () => {}),
      clock: realClock,
    });
    await proxy.publish(shop);
    await assert.rejects(
      proxy.confirm(AbortSignal.timeout(50)),
      (error: unknown) => !(error instanceof CraneError),
    );
  });
});
