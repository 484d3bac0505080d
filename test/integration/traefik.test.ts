import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { z } from 'zod';
import { CraneError } from '../../src/core/error/crane-error.ts';
import type { Proxy } from '../../src/core/port/proxy.ts';
import type { Route } from '../../src/core/route/route.ts';
import { describeProxyContract, someRoute } from '../../src/proxy/proxy-contract.ts';
import { createTraefikProxy } from '../../src/proxy/traefik/create-traefik-proxy.ts';
import { sharedFileName } from '../../src/proxy/traefik/route-names.ts';
import { renderTraefikStatic } from '../../src/proxy/traefik/render-static.ts';
import { isOk, openTestPlatform, realClock, until, type TestPlatform } from '../factories/test-platform.ts';

const routers = z.array(
  z.object({ name: z.string(), status: z.string(), error: z.array(z.string()).optional() }),
);
type Answer = { status: number; instance: string | undefined; cookies: string[] };

describe('the real router', () => {
  let platform: TestPlatform;
  let routes: string;
  let router: string;
  let address: string;
  let appAddress: string;
  let internalUrl: string;
  let proxy: Proxy;
  const backends: Route['backends'][number][] = [];
  let gone: string;

  before(async () => {
    platform = await openTestPlatform();
    const [parts, app] = [await platform.network(), await platform.network()];
    const folder = await platform.folder();
    routes = join(folder, 'dynamic');
    address = parts.address(2);
    appAddress = app.address(2);
    internalUrl = `http://${address}:8082`;
    await platform.write(
      join(folder, 'traefik.yml'),
      renderTraefikStatic({ internalAddress: `${address}:8082` }),
    );
    await platform.write(join(routes, 'note.txt'), 'the folder exists before the router does');
    router = await platform.start({
      part: 'traefik',
      name: 'traefik',
      host: 2,
      networks: [parts.name, app.name],
      mounts: [{ folder, path: '/etc/traefik' }],
    });
    for (const host of [3, 4]) {
      await platform.start({ part: 'whoami', name: `web-${host}`, host, networks: [app.name] });
      backends.push({ instance: `web-1-${host}`, url: `http://${app.address(host)}:8080` });
    }
    gone = `http://${app.address(9)}:8080`;
    await until('the router is well', () => isOk(`${internalUrl}/ping`));
    for (const { url } of backends) await until('the instance answers', () => isOk(`${url}/healthz`));
  });
  after(() => platform?.close());

  /** A folder as after a fresh start; the router may still serve what was there. */
  const fresh = async (): Promise<Proxy> => {
    for (const name of await readdir(routes))
      if (name.endsWith('.yml') && name !== sharedFileName) await rm(join(routes, name));
    return createTraefikProxy({ directory: routes, internalUrl, clock: realClock });
  };
  beforeEach(async () => {
    proxy = await fresh();
  });

  const publish = async (...own: Partial<Route>[]): Promise<void> => {
    await proxy.publish({ app: 'shop-1', routes: own.map((route) => someRoute({ backends, ...route })) });
    await proxy.confirm();
  };
  const ask = (host: string, path = '/', headers: Record<string, string> = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        { host: address, port: 8080, path, agent: false, timeout: 5_000, headers: { host, ...headers } },
        (response) => {
          response.resume();
          response.once('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              instance: response.headers['x-instance']?.toString(),
              cookies: response.headers['set-cookie'] ?? [],
            }),
          );
        },
      );
      outgoing.once('timeout', () => outgoing.destroy(new Error('no answer within 5 s')));
      outgoing.once('error', reject);
      outgoing.end();
    });
  const askTimes = (count: number, host: string, headers?: Record<string, string>): Promise<Answer[]> =>
    Promise.all(Array.from({ length: count }, () => ask(host, '/', headers)));

  describeProxyContract('traefik', fresh);

  it('serves a route as soon as it is confirmed, by all its instances, at each of its hosts', async () => {
    await publish({});
    for (const host of ['shop-1.localhost', 'web.shop-1.localhost']) {
      const answers = await askTimes(4, host);
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
      assert.equal(new Set(answers.map(({ instance }) => instance)).size, 2);
    }
    assert.equal((await ask('other.localhost')).status, 404);
  });

  it('loads every kind of route without complaint', async () => {
    await proxy.confirm();
    const before = await platform.logs(router);
    await publish(
      { isSticky: true, rateLimit: { average: 100, burst: 100 } },
      { path: '/a/b-c_d.e~f', hosts: ['shop-1.localhost'] },
      { path: "/%20!$&'()*+,;=:@", hosts: ['shop-1.localhost'] },
      { service: 'API_2.x', hosts: ['api.example.org'], backends: [] },
    );
    const response = await fetch(`${internalUrl}/api/http/routers`, { signal: AbortSignal.timeout(2_000) });
    const seen = routers.parse(await response.json()).filter(({ name }) => name.startsWith('shop-1.'));
    assert.deepEqual(Object.fromEntries(seen.map(({ name, status, error }) => [name, error ?? status])), {
      'shop-1.API_2.x@file': 'enabled',
      'shop-1.web@file': 'enabled',
      'shop-1.web~2@file': 'enabled',
      'shop-1.web~3@file': 'enabled',
    });
    assert.equal((await platform.logs(router)).slice(before.length), '');
  });

  it('answers 503 for a route without instances and 404 for none', async () => {
    await publish({ backends: [] });
    assert.equal((await ask('shop-1.localhost')).status, 503);
    await proxy.withdraw('shop-1');
    await proxy.confirm();
    assert.equal((await ask('shop-1.localhost')).status, 404);
  });

  it('matches a path by whole segments and prefers the longer one', async () => {
    await publish({}, { service: 'api', hosts: ['shop-1.localhost'], path: '/api', backends: [] });
    const statuses = await Promise.all(
      ['/api', '/api/', '/api/x', '/apix', '/'].map(
        async (path) => (await ask('shop-1.localhost', path)).status,
      ),
    );
    assert.deepEqual(statuses, [503, 503, 503, 404, 200]);
  });

  it('keeps a visitor with one instance when the route is sticky', async () => {
    await publish({ isSticky: true });
    const first = await ask('shop-1.localhost');
    assert.match(first.cookies[0] ?? '', /^crane_[0-9a-f]{12}=.+; HttpOnly; SameSite=Lax$/);
    const answers = await askTimes(6, 'shop-1.localhost', { cookie: first.cookies[0]?.split(';')[0] ?? '' });
    assert.deepEqual(new Set(answers.map(({ instance }) => instance)), new Set([first.instance]));
  });

  it('refuses what is above the rate limit', async () => {
    await publish({ rateLimit: { average: 1, burst: 2 } });
    const answers = await askTimes(8, 'shop-1.localhost');
    assert.ok(answers.filter(({ status }) => status === 429).length >= 5);
  });

  it('tries the next instance when one is gone without a trace', async () => {
    await publish({ backends: [{ instance: 'web-1-9', url: gone }, ...backends] });
    const began = performance.now();
    const answers = await askTimes(6, 'shop-1.localhost');
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    assert.ok(performance.now() - began < 2_000);
  });

  it('passes no forwarded headers of a visitor on, under any spelling', async () => {
    await publish({});
    const body = await new Promise<string>((resolve, reject) => {
      const headers = {
        host: 'shop-1.localhost',
        'x-forwarded-for': '6.6.6.6',
        X_Forwarded_Host: 'evil',
        X_Real_Ip: '6.6.6.6',
      };
      request({ host: address, port: 8080, agent: false, timeout: 5_000, headers }, (response) => {
        response.setEncoding('utf8');
        void response.toArray().then((chunks) => resolve(chunks.join('')), reject);
      })
        .once('error', reject)
        .end();
    });
    assert.doesNotMatch(body, /6\.6\.6\.6|evil/);
  });

  it('shows metrics, ping and its API to the platform only', async () => {
    await publish({ backends: [] });
    for (const path of ['/ping', '/metrics', '/api/rawdata']) {
      assert.equal((await ask('shop-1.localhost', path)).status, 503);
      await assert.rejects(fetch(`http://${appAddress}:8082${path}`, { signal: AbortSignal.timeout(1_000) }));
      assert.equal(await isOk(`${internalUrl}${path}`), true);
    }
  });

  it('confirms beside a hundred other apps, and says how long that takes', async (test) => {
    for (let index = 0; index < 100; index += 1)
      await proxy.publish({
        app: `other-${index}`,
        routes: [someRoute({ app: `other-${index}`, hosts: [`o${index}.localhost`] })],
      });
    await proxy.confirm();
    const times: number[] = [];
    for (let index = 0; index < 21; index += 1) {
      const began = performance.now();
      await publish({ backends: index % 2 === 0 ? backends : backends.slice(0, 1) });
      times.push(performance.now() - began);
    }
    const median = times.sort((a, b) => a - b)[10] ?? Number.NaN;
    test.diagnostic(
      `publish and confirm: median ${median.toFixed(0)} ms, slowest ${times.at(-1)?.toFixed(0)} ms`,
    );
    // Each confirmation is bounded by the proxy itself; one that is late was an error above.
    assert.equal(times.length, 21);
  });

  it('reads no half-written file and survives one it cannot read', async () => {
    await publish({});
    await platform.write(join(routes, 'broken.yml'), 'http: {routers: {x: {rule: "Host(`');
    await proxy.publish({
      app: 'late-2',
      routes: [someRoute({ app: 'late-2', hosts: ['late-2.localhost'], backends })],
    });
    const impatient = createTraefikProxy({
      directory: routes,
      internalUrl,
      clock: realClock,
      confirmMs: 300,
    });
    await assert.rejects(
      impatient.confirm(),
      (error: unknown) => error instanceof CraneError && error.code === 'part.unavailable',
    );
    assert.equal((await ask('shop-1.localhost')).status, 200);
    await rm(join(routes, 'broken.yml'));
    await impatient.confirm();
    assert.equal((await ask('late-2.localhost')).status, 200);
  });

  it('does not confirm what a hung router cannot have taken, and does afterwards', async () => {
    await publish({});
    await platform.client.containers.pause(router);
    const impatient = createTraefikProxy({
      directory: routes,
      internalUrl,
      clock: realClock,
      confirmMs: 300,
      askMs: 100,
    });
    await impatient.publish({ app: 'shop-1', routes: [someRoute({ backends: [] })] });
    await assert.rejects(
      impatient.confirm(),
      (error: unknown) => error instanceof CraneError && error.code === 'part.unavailable',
    );
    await platform.client.containers.unpause(router);
    await proxy.confirm();
    await impatient.confirm();
    assert.equal((await ask('shop-1.localhost')).status, 503);
  });
});
