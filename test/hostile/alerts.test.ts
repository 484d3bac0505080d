import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { createInternalListener } from '../../src/api/internal-listener.ts';
import { decisionsOf, feedOf, measure, startedWorld, webService } from '../factories/control-hands.ts';
import type { World } from '../factories/control.ts';
import { bodyOf, problemOf, recordingLog } from '../factories/test-api.ts';

const credential = 'secret-of-this-installation';

/** The loops, and the listener that Alertmanager calls; an app `shop-1` whose service `web` wants three replicas. */
async function busyShop(test: TestContext) {
  const world = await startedWorld(test);
  await world.hands.deploy({ web: webService() });
  measure(world, 'requestsPerSecond', 10);
  await world.clock.advance(90_000);
  measure(world, 'requestsPerSecond', 120);
  const { log, logged } = recordingLog();
  const listen = (own: string | null) =>
    createInternalListener({
      deps: world.actions(),
      log,
      credential: own,
      address: '10.0.0.1:7071',
      isAllowedPeer: () => true,
    });
  const listener = listen(credential);
  const post = async (payload: object, authorization = `Bearer ${credential}`, at = listener) =>
    at.inject({ method: 'POST', url: '/internal/alerts', headers: { authorization }, payload });
  test.after(async () => listener.close());
  return { ...world, listen, post, logged };
}

const alertOf = ({ clock }: Pick<World, 'clock'>, change: object = {}): object => ({
  status: 'firing',
  labels: { alertname: 'CraneScaleRequestsPerSecond', app: 'shop-1', service: 'web', severity: 'warning' },
  annotations: {},
  startsAt: new Date(clock.now() - 500).toISOString(),
  endsAt: '0001-01-01T00:00:00Z',
  fingerprint: 'f1',
  ...change,
});
const deliver = (...alerts: object[]): object => ({ version: '4', status: 'firing', alerts });

const changes = (world: World): (string | number)[][] =>
  decisionsOf(world, { family: 'scaling' })
    .filter(({ verdict }) => verdict !== 'hold')
    .map(({ trigger, from, to }) => [trigger, from, to]);
const outcomes = ({ store }: World): string[] =>
  store.alerts
    .list({ limit: 100, cursor: null })
    .items.map(({ outcome }) => (outcome.kind === 'ignored' ? outcome.reason : outcome.kind))
    .toReversed();
const wanted = ({ store }: World): number | undefined => store.targets.get(1, 'web')?.replicas;

describe('alerts that nobody of the platform sent', () => {
  it('S71 without the secret, with a wrong or an empty one; nowhere while none is set', async (test) => {
    const world = await busyShop(test);
    const payload = deliver(alertOf(world));
    for (const given of ['', 'Bearer', 'Bearer ', 'Basic Y3JhbmU6', credential])
      problemOf(await world.post(payload, given), 401, 'auth.missing');
    for (const given of [
      'Bearer wrong',
      `Bearer ${credential}x`,
      `Bearer ${credential.slice(1)}`,
      'Bearer null',
    ])
      problemOf(await world.post(payload, given), 401, 'auth.invalid');
    const off = world.listen(null);
    test.after(async () => off.close());
    for (const given of ['', 'Bearer ', 'Bearer null', `Bearer ${credential}`])
      problemOf(await world.post(payload, given, off), 404, 'route.not_found');
    assert.deepEqual(outcomes(world), []);
  });

  it('S72 the same delivery a thousand times: taken each time, one decision', async (test) => {
    const world = await busyShop(test);
    const payload = deliver(alertOf(world));
    let accepted = 0;
    for (let sent = 0; sent < 1_000; sent += 1) {
      const answer = await world.post(payload);
      assert.equal(answer.statusCode, 200, answer.body);
      accepted += Number(bodyOf(answer)['accepted']);
      if (sent % 100 === 0) await world.clock.advance(100);
    }
    await world.clock.advance(2_000);
    assert.equal(accepted, 1);
    assert.equal(decisionsOf(world).filter(({ trigger }) => trigger === 'alert').length, 1);
    assert.deepEqual(
      changes(world).filter(([trigger]) => trigger === 'alert'),
      [['alert', 1, 3]],
    );
  });

  it('S73 about what nobody has, with labels that are no labels, and far too much of it', async (test) => {
    const world = await busyShop(test);
    const about = (fingerprint: string, labels: object): object => alertOf(world, { fingerprint, labels });
    const taken = await world.post(
      deliver(
        about('a', { app: 'gone-9', service: 'web' }),
        about('b', { app: 'shop-1', service: 'db' }),
        about('c', { app: '__proto__', service: 'constructor' }),
        about('d', { app: '1', service: 'web' }),
        about('e', { app: ['shop-1'], service: 'web' }),
        alertOf(world, { fingerprint: 'f', annotations: { summary: 'x'.repeat(1_000_000) } }),
      ),
    );
    assert.deepEqual(bodyOf(taken), { accepted: 5, duplicates: 0, rejected: 1 });
    await world.clock.advance(2_000);
    assert.deepEqual(outcomes(world), [
      'unknown app gone-9',
      'unknown service db of shop-1',
      'unknown app __proto__',
      'unknown app 1',
      'decided',
    ]);
    assert.ok(JSON.stringify(world.store.alerts.list({ limit: 9, cursor: null })).length < 20_000);
    assert.ok(world.logged.some(({ facts }) => /labels/.test(String(facts['reason']))));
    const proto = about('g', { X: { app: 'shop-1' } });
    const poisoned = await world.post(
      JSON.parse(JSON.stringify(deliver(proto)).replace('"X"', '"__proto__"')),
    );
    problemOf(poisoned, 400, 'input.malformed');
    assert.equal(Object.hasOwn(Object.prototype, 'app'), false);
    const many = Array.from({ length: 10_001 }, () => ({}));
    problemOf(await world.post(deliver(...many)), 413, 'input.too_large');
    problemOf(await world.post(deliver({ status: 'x'.repeat(3_000_000) })), 413, 'input.too_large');
  });

  it('S74 that say what to do: the policy is asked, within the bounds', async (test) => {
    const world = await busyShop(test);
    const labels = { app: 'shop-1', service: 'web', replicas: '1000000', action: 'scale', max: '1000000' };
    await world.post(deliver(alertOf(world, { labels, annotations: { replicas: '1000000' } })));
    await world.clock.advance(500);
    assert.equal(wanted(world), 3);
    measure(world, 'requestsPerSecond', 1e9);
    await world.post(deliver(alertOf(world, { labels, fingerprint: 'f2' })));
    await world.clock.advance(5_000);
    assert.equal(wanted(world), 4, 'the max of the service');
    assert.deepEqual(outcomes(world), ['decided', 'decided']);
  });

  it('S75 of 1970, of 2099, of no time, and over before they began', async (test) => {
    const world = await busyShop(test);
    const { rejected, accepted } = bodyOf(
      await world.post(
        deliver(
          ...['1970-01-01T00:00:00Z', '2099-01-01T00:00:00Z', 'yesterday', '', '0'.repeat(60)].map(
            (startsAt) => alertOf(world, { startsAt }),
          ),
          alertOf(world, { status: 'resolved', endsAt: new Date(world.clock.now() - 9_000).toISOString() }),
        ),
      ),
    );
    assert.deepEqual([accepted, rejected], [0, 6]);
    const reasons = world.logged.map(({ facts }) => String(facts['reason'])).join('\n');
    for (const reason of [/stale/, /in the future/, /not a time/, /ends before it begins/])
      assert.match(reasons, reason);
    await world.clock.advance(500);
    assert.equal(feedOf(world, 'alert.firing').length, 0);
  });

  it('S76 with links to where secrets are: nobody goes there', async (test) => {
    const visits: string[] = [];
    const canary = createServer((request, response) => {
      visits.push(String(request.url));
      response.end();
    });
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    test.after(() => canary.close());
    const address = canary.address();
    assert.ok(typeof address === 'object' && address !== null);
    const url = `http://127.0.0.1:${address.port}/latest/meta-data`;
    const world = await busyShop(test);
    const annotations = { runbook_url: url, dashboard: 'file:///etc/passwd', summary: url };
    await world.post(deliver(alertOf(world, { generatorURL: url, annotations })));
    await world.clock.advance(2_000);
    assert.deepEqual(changes(world), [['alert', 1, 3]]);
    assert.equal((await fetch(url)).status, 200, 'the canary would have been seen');
    assert.deepEqual(visits, ['/latest/meta-data']);
    assert.doesNotMatch(
      JSON.stringify(world.store.alerts.list({ limit: 9, cursor: null }).items),
      /generatorURL/,
    );
  });
});
