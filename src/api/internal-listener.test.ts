import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import type { Store } from '../core/port/store.ts';
import { fakeActionDeps, fakeWorld, type FakeWorld } from '../../test/factories/action-deps.ts';
import { someAlert, someDecision } from '../../test/factories/core-values.ts';
import { tempStore, twoUsers } from '../../test/factories/temp-store.ts';
import { deployedApp, portOf, problemOf, recordingLog, type TestApi } from '../../test/factories/test-api.ts';
import type { ApiInstance } from './api-instance.ts';
import { createInternalListener } from './internal-listener.ts';

type Inside = { listener: ApiInstance; store: Store; world: FakeWorld; logged: TestApi['logged'] };

function inside(
  test: TestContext,
  options: {
    credential?: string | null;
    isAllowedPeer?: (address: string) => boolean;
    world?: Partial<FakeWorld>;
  } = {},
): Inside {
  const { store } = tempStore(test);
  const world = fakeWorld(options.world);
  const { log, logged } = recordingLog();
  const listener = createInternalListener({
    deps: fakeActionDeps(store, world),
    log,
    credential: options.credential === undefined ? 'secret' : options.credential,
    address: '10.0.0.1:7071',
    isAllowedPeer: options.isAllowedPeer ?? (() => true),
  });
  test.after(async () => listener.close());
  return { listener, store, world, logged };
}

const headers = { authorization: 'Bearer secret' };
const routes = [
  ['POST', '/internal/alerts'],
  ['GET', '/internal/discovery'],
  ['GET', '/internal/scrape/c1'],
  ['GET', '/metrics'],
] as const;

function webhook(now: number, ...alerts: object[]): object {
  const alert = {
    status: 'firing',
    labels: { alertname: 'CraneScaleRequestsPerSecond', app: 'shop-1', service: 'web', severity: 'warning' },
    annotations: {},
    startsAt: new Date(now - 1_000).toISOString(),
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://elsewhere/',
    fingerprint: 'f1',
  };
  return {
    version: '4',
    groupKey: '{}',
    status: 'firing',
    receiver: 'crane',
    alerts: alerts.map((change) => ({ ...alert, ...change })),
  };
}

describe('the internal listener', () => {
  for (const [method, url] of routes) {
    it(`opens ${method} ${url} with the right credential only`, async (test) => {
      const { listener } = inside(test);
      const ask = async (authorization?: string) =>
        listener.inject({ method, url, headers: authorization === undefined ? {} : { authorization } });
      problemOf(await ask(), 401, 'auth.missing');
      problemOf(await ask('Bearer wrong'), 401, 'auth.invalid');
      problemOf(await ask('Bearer crane_ada'), 401, 'auth.invalid');
    });

    it(`has no ${method} ${url} without a credential`, async (test) => {
      const { listener } = inside(test, { credential: null });
      problemOf(await listener.inject({ method, url, headers }), 404, 'route.not_found');
    });
  }

  it('stores alerts once, before it answers, and wakes the autoscaler', async (test) => {
    const { listener, store, world } = inside(test);
    const send = async (payload: object) =>
      listener.inject({ method: 'POST', url: '/internal/alerts', headers, payload });
    const first = await send(webhook(world.now, {}, { fingerprint: 'f2' }));
    assert.deepEqual(first.json(), { accepted: 2, duplicates: 0, rejected: 0 });
    assert.equal(store.alerts.pending().length, 2);
    assert.equal(world.wakes.alerts, 1);
    const again = await send(webhook(world.now, {}));
    assert.deepEqual(again.json(), { accepted: 0, duplicates: 1, rejected: 0 });
    assert.equal(world.wakes.alerts, 1);
  });

  it('takes the good alerts of a delivery and logs the others', async (test) => {
    const { listener, world, logged } = inside(test);
    const payload = webhook(world.now, {}, { status: 'perhaps' });
    const answer = await listener.inject({ method: 'POST', url: '/internal/alerts', headers, payload });
    assert.deepEqual(answer.json(), { accepted: 1, duplicates: 0, rejected: 1 });
    assert.equal(logged.find(({ level }) => level === 'warn')?.facts['index'], 1);
    const nonsense = await listener.inject({
      method: 'POST',
      url: '/internal/alerts',
      headers,
      payload: [1],
    });
    problemOf(nonsense, 422, 'input.invalid');
  });

  it('answers 5xx when an alert cannot be stored, so that it is sent again', async (test) => {
    const { listener, store, world } = inside(test);
    store.close();
    const payload = webhook(world.now, {});
    const answer = await listener.inject({ method: 'POST', url: '/internal/alerts', headers, payload });
    assert.equal(answer.statusCode, 500);
  });

  it('tells Prometheus where instances with metrics are', async (test) => {
    const { listener } = inside(test);
    const answer = await listener.inject({ url: '/internal/discovery', headers });
    assert.match(String(answer.headers['content-type']), /^application\/json/);
    assert.deepEqual(answer.json(), []);
  });

  it('shows replicas, parts and decisions as metrics', async (test) => {
    const part = { version: null, since: 1, checkedAt: 1, reason: null, consequence: null, url: null };
    const { listener, store } = inside(test, {
      world: {
        parts: [
          { ...part, name: 'opa', state: 'ok' },
          { ...part, name: 'trivy', state: 'down' },
          { ...part, name: 'traefik', state: 'unknown' },
        ],
      },
    });
    const app = deployedApp(store, twoUsers(store).bob);
    store.decisions.record(someDecision({ at: 12_000, alert: someAlert({ startsAt: 10_000 }) }));
    store.feed.append({
      at: 1,
      kind: 'decision',
      appId: app.id,
      app: app.uniqueName,
      text: '',
      data: { decision: 'd-12000' },
    });
    const answer = await listener.inject({ url: '/metrics', headers });
    assert.match(String(answer.headers['content-type']), /^text\/plain; version=0\.0\.4/);
    const lines = answer.body.split('\n');
    for (const line of [
      'crane_app_info{app="shop-1",unique_name="shop-1"} 1',
      'crane_service_replicas{app="shop-1",service="web",state="desired"} 2',
      'crane_service_replicas{app="shop-1",service="web",state="ready"} 0',
      'crane_parts_up{part="opa"} 1',
      'crane_parts_up{part="trivy"} 0',
      'crane_decisions_total{app="shop-1",service="web",verdict="scale-out"} 1',
      'crane_alert_to_action_seconds_sum{app="shop-1",service="web"} 2',
    ]) {
      assert.ok(lines.includes(line), `${line} in\n${answer.body}`);
    }
    assert.doesNotMatch(answer.body, /part="traefik"/);
    assert.match(answer.body, /process_cpu_seconds_total/);
    store.apps.remove(app.id);
    const after = await listener.inject({ url: '/metrics', headers });
    assert.doesNotMatch(after.body, /crane_service_replicas\{/);
  });

  it('destroys connections of strangers before a byte is read', async (test) => {
    let isKnown = false;
    const seen: string[] = [];
    const { listener } = inside(test, {
      isAllowedPeer: (address) => {
        seen.push(address);
        return isKnown;
      },
    });
    await listener.listen({ host: '::', port: 0 });
    const socket = connect(portOf(listener), '127.0.0.1');
    await once(socket, 'close');
    assert.deepEqual(seen, ['127.0.0.1']);
    isKnown = true;
    const answer = await fetch(`http://127.0.0.1:${portOf(listener)}/internal/discovery`, { headers });
    assert.equal(answer.status, 200);
    await answer.body?.cancel();
  });
});
