import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadCompose } from '../compose/load-compose.ts';
import { findConflicts, type Claimant } from './find-conflicts.ts';

function claimant(app: string, services: Record<string, object>, more: object = {}): Claimant {
  const withImages = Object.fromEntries(
    Object.entries(services).map(([name, spec]) => [name, { image: 'a:1', ...spec }]),
  );
  const loaded = loadCompose({
    files: [{ path: 'compose.yaml', text: JSON.stringify({ ...more, services: withImages }) }],
    readFile: () => undefined,
    environment: {},
    profiles: [],
    projectName: app,
  });
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return { app, engineName: app, label: `the app ${app}`, project: loaded.project };
}

function conflicts(own: Record<string, object>, others: Claimant[] = []): string[] {
  const reserved = new Map([[8080, 'the router']]);
  return findConflicts({ own: claimant('shop-1', own), others, reserved, prefix: 'crane' }).map(
    ({ code, path, message }) => `${code} ${path.join('.')}: ${message}`,
  );
}
const routed = (...route: object[]): object => ({ 'x-crane': { route } });

describe('findConflicts', () => {
  it('finds nothing where each has hosts and ports of its own', () => {
    const own = { a: { ...routed({ port: 80 }), ports: ['9001:80'] }, b: { ports: ['80', '9002:80'] } };
    assert.deepEqual(conflicts(own), []);
    assert.deepEqual(
      conflicts({ a: routed({ port: 80 }) }, [claimant('shop-2', { a: routed({ port: 80 }) })]),
      [],
    );
  });

  it('finds a host with the same path, of another app and within the app, and lets paths be shared out', () => {
    const other = claimant('site-2', { web: routed({ port: 80, host: 'a.localhost', path: '/api/' }) });
    assert.deepEqual(conflicts({ web: routed({ port: 80, host: 'a.localhost', path: '/api' }) }, [other]), [
      'route.conflict services.web.x-crane.route.0: a.localhost/api is routed already (by the app site-2)',
    ]);
    assert.deepEqual(conflicts({ web: routed({ port: 80, host: 'a.localhost' }) }, [other]), []);
    assert.deepEqual(
      conflicts({
        a: routed({ port: 80, host: 'b.localhost' }),
        b: routed({ port: 1, host: 'b.localhost' }),
      }),
      [
        'route.conflict services.b.x-crane.route.0: b.localhost/ is routed already (by this app, by its service a)',
      ],
    );
  });

  it('finds the host that another app has by its name', () => {
    const other = claimant('site-2', { web: routed({ port: 80 }) });
    assert.equal(conflicts({ web: routed({ port: 80, host: 'site-2.localhost' }) }, [other]).length, 1);
    for (const host of ['site-3.localhost', 'web.site-3.localhost', 'a.b.site-3.localhost'])
      assert.match(
        conflicts({ web: routed({ port: 80, host }) }).join(),
        /by the app site-3, whose name it is/,
      );
    for (const host of ['shop-1.localhost', 'api.shop-1.localhost', 'site.localhost', 'site-3.example.com'])
      assert.deepEqual(conflicts({ web: routed({ port: 80, host }) }), []);
  });

  it('finds ports of other apps, of other services and of Crane, on the same address only', () => {
    const other = claimant('site-2', { web: { ports: ['9001:80'] } });
    assert.deepEqual(conflicts({ web: { ports: ['9001:80'] } }, [other]), [
      'port.taken services.web.ports.0: port 9001 is published already (by the app site-2)',
    ]);
    assert.deepEqual(conflicts({ web: { ports: ['127.0.0.2:9001:80'] } }, [other]), []);
    assert.deepEqual(conflicts({ web: { ports: ['9001:80/udp'] } }, [other]), []);
    assert.equal(conflicts({ web: { ports: ['0.0.0.0:9001:80'] } }, [other]).length, 1);
    assert.equal(conflicts({ a: { ports: ['9003:80'] }, b: { ports: ['9003:81'] } }).length, 1);
    assert.deepEqual(conflicts({ web: { ports: ['8080:80'] } }), [
      'port.taken services.web.ports.0: port 8080 is Crane’s own (the router)',
    ]);
  });

  it('wants as many ports as there may be instances', () => {
    const three = { deploy: { replicas: 3 } };
    assert.deepEqual(conflicts({ web: { ...three, ports: ['9001-9003:80'] } }), []);
    assert.deepEqual(conflicts({ web: { ...three, ports: ['80'] } }), []);
    assert.deepEqual(conflicts({ web: { ...three, ports: ['9001:80'] } }), [
      'port.taken services.web.ports.0: web may have 3 instances, and 9001 is one port',
    ]);
    assert.equal(conflicts({ web: { ports: ['9001:80'], 'x-crane': { scale: { max: 2 } } } }).length, 1);
  });

  it('finds names of networks and volumes that Crane gives, or that another app chose', () => {
    const web = { volumes: ['data:/d'] };
    const named = (name: string): object => ({
      volumes: { data: { name } },
      networks: { default: { name } },
    });
    const of = (name: string, others: Claimant[] = []): string[] =>
      findConflicts({
        own: claimant('shop-1', { web }, named(name)),
        others,
        reserved: new Map(),
        prefix: 'crane',
      }).map(({ code, path, message }) => `${code} ${path.join('.')}: ${message}`);
    assert.deepEqual(of('mine', [claimant('site-2', { web }, named('other'))]), []);
    assert.deepEqual(of('mine', [claimant('site-2', { web }, named('mine'))]), [
      'app.conflict networks.default.name: the network mine belongs to the app site-2',
      'app.conflict volumes.data.name: the volume mine belongs to the app site-2',
    ]);
    for (const name of ['crane-site-2_data', 'crane-site-999_default', 'crane-platform'])
      assert.match(of(name).join(), /names of a network that begin with crane- are Crane’s own/);
  });

  it('refuses a network that would be the router’s first by name, or the platform’s', () => {
    const of = (name: string): string[] =>
      findConflicts({
        own: claimant('shop-1', { web: {} }, { networks: { default: { name } } }),
        others: [],
        reserved: new Map(),
        prefix: 'crane',
      }).map(({ message }) => message);
    for (const name of ['0----crane-platform', '0-', '0---', '0-----', '0----aaa'])
      assert.match(of(name).join(), /no network of an app comes before 0----crane-platform by name/);
    for (const name of ['0--a', '0.a', '00', 'a']) assert.deepEqual(of(name), []);
  });
});
