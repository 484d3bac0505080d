import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Proxy } from '../core/port/proxy.ts';
import type { AppRoutes, Route } from '../core/route/route.ts';

export function someRoute(change: Partial<Route> = {}): Route {
  return {
    app: 'shop-1',
    service: 'web',
    hosts: ['shop-1.localhost', 'web.shop-1.localhost'],
    path: '/',
    port: 8080,
    isStripped: false,
    isSticky: false,
    tls: 'off',
    rateLimit: null,
    backends: [{ instance: 'web-1-1', url: 'http://127.0.0.1:18080' }],
    canary: null,
    ...change,
  };
}

function someRoutes(app: string, change: Partial<Route> = {}): AppRoutes {
  return { app, routes: [someRoute({ app, hosts: [`${app}.localhost`], ...change })] };
}

/** What every router driver keeps. `create` gives one with nothing published; it is asked once per test. */
export function describeProxyContract(name: string, create: () => Promise<Proxy>): void {
  describe(`the proxy contract: ${name}`, () => {
    it('reads back exactly what was published, of every app', async () => {
      const proxy = await create();
      const shop = someRoutes('shop-1', {
        isSticky: true,
        tls: 'only',
        rateLimit: { average: 10, burst: 20 },
      });
      const blog = someRoutes('blog-2', { path: '/b', backends: [] });
      assert.equal(await proxy.publish(shop), true);
      assert.equal(await proxy.publish(blog), true);
      const published = await proxy.observePublished();
      assert.deepEqual(
        published.sort((a, b) => a.app.localeCompare(b.app)),
        [blog, shop],
      );
    });

    it('writes nothing when nothing changed, and replaces an app as a whole when something did', async () => {
      const proxy = await create();
      await proxy.publish(someRoutes('shop-1'));
      assert.equal(await proxy.publish(someRoutes('shop-1')), false);
      const next = someRoutes('shop-1', { backends: [] });
      assert.equal(await proxy.publish(next), true);
      assert.deepEqual(await proxy.observePublished(), [next]);
    });

    it('withdraws an app, and an absent one too', async () => {
      const proxy = await create();
      await proxy.publish(someRoutes('shop-1'));
      await proxy.publish(someRoutes('blog-2'));
      await proxy.withdraw('shop-1');
      await proxy.withdraw('never-9');
      assert.deepEqual(
        (await proxy.observePublished()).map((routes) => routes.app),
        ['blog-2'],
      );
    });

    it('publishes again after a withdrawal', async () => {
      const proxy = await create();
      await proxy.publish(someRoutes('shop-1'));
      await proxy.withdraw('shop-1');
      assert.equal(await proxy.publish(someRoutes('shop-1')), true);
    });

    it('confirms what was published and withdrawn before, also when there is nothing', async () => {
      const proxy = await create();
      await proxy.confirm();
      await proxy.publish(someRoutes('shop-1'));
      await proxy.confirm();
      await proxy.withdraw('shop-1');
      await proxy.confirm();
    });

    it('keeps the last of many changes made at once by different apps', async () => {
      const proxy = await create();
      const apps = Array.from({ length: 10 }, (_, index) => `app-${index + 1}`);
      await Promise.all(apps.map((app) => proxy.publish(someRoutes(app))));
      await Promise.all(apps.map((app) => proxy.publish(someRoutes(app, { backends: [] }))));
      await proxy.confirm();
      const published = await proxy.observePublished();
      assert.equal(published.length, 10);
      assert.ok(published.every(({ routes }) => routes[0]?.backends.length === 0));
    });
  });
}
