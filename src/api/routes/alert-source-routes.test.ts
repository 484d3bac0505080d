import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bodyOf, deployedApp, itemsOf, problemOf, testApi } from '../../../test/factories/test-api.ts';

const url = '/api/v1/alert-sources';
const time = '2023-11-14T22:00:00Z';
const grafana = (change: object = {}) => ({
  receiver: 'crane',
  version: '1',
  state: 'alerting',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'slow', app: 'shop-1', service: 'web', severity: 'critical' },
      annotations: { summary: 'it is slow' },
      startsAt: time,
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://169.254.169.254/',
      fingerprint: 'c6eadffa33fcdf37',
      ...change,
    },
  ],
});
const mapping = {
  alerts: '/items',
  status: '/state',
  name: '/check',
  app: '/labels/app~1name',
  service: '=web',
  startsAt: '/time',
  severity: '/level',
};

async function made(
  test: Parameters<typeof testApi>[0],
  body: object = { name: 'grafana', format: 'grafana' },
) {
  const api = await testApi(test);
  deployedApp(api.store, api.bob);
  const answer = await api.call('bob', 'POST', url, { payload: body });
  assert.equal(answer.statusCode, 201, answer.body);
  const { source, secret } = answer.json();
  const { call } = api;
  const post = async (payload: object, token: string | null = secret) =>
    call(null, 'POST', source.path, {
      payload,
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
    });
  const alerts = () => api.store.alerts.list({ limit: 20, cursor: null }).items;
  return { ...api, source, secret, post, alerts };
}

describe('alerts of other monitoring systems', () => {
  it('of Grafana are stored once, before the answer, and judged', async (test) => {
    const { post, alerts, world, source } = await made(test);
    assert.deepEqual(bodyOf(await post(grafana())), { accepted: 1, duplicates: 0, rejected: [] });
    for (let count = 0; count < 3; count += 1)
      assert.deepEqual(bodyOf(await post(grafana())), { accepted: 0, duplicates: 1, rejected: [] });
    assert.equal(world.wakes.alerts, 1);
    const [stored] = alerts();
    assert.equal(stored?.outcome.kind, 'pending');
    assert.equal(stored?.alert.fingerprint, `${source.id}.c6eadffa33fcdf37`);
    assert.equal(stored?.alert.severity, 'critical');
  });

  it('are recorded without effect when the app is unknown, another person’s or not named', async (test) => {
    const { post, alerts, store, ada } = await made(test);
    const foreign = store.apps.create({ name: 'other', ownerId: ada.id, at: 1 });
    for (const [fingerprint, app] of [
      ['a', 'gone-9'],
      ['b', foreign.uniqueName],
      ['c', undefined],
    ])
      await post(
        grafana({ fingerprint, labels: { alertname: 'x', service: 'web', ...(app ? { app } : {}) } }),
      );
    assert.deepEqual(
      alerts().map(({ outcome }) => (outcome.kind === 'ignored' ? outcome.reason : outcome.kind)),
      ['no app and service labels', 'unknown app other-2', 'unknown app gone-9'],
    );
  });

  it('in any other shape are read by the mapping, alert by alert', async (test) => {
    const { post, alerts, call, source } = await made(test, { name: 'own', format: 'generic', mapping });
    const items = [
      {
        state: 'TRIGGERED',
        check: 'disk',
        labels: { 'app/name': 'shop-1' },
        time: 1_700_000_000,
        level: 'page',
      },
      { state: 'odd', check: 'disk', labels: { 'app/name': 'shop-1' }, time },
      { state: 'ok', check: 'disk', labels: { 'app/name': 'shop-1' }, time: 'never' },
      null,
    ];
    const preview = await call('bob', 'POST', `${url}/own/preview`, { payload: { payload: { items } } });
    const { rejected, alerts: shown } = preview.json();
    assert.deepEqual([shown.length, shown[0].labels.service, shown[0].note], [1, 'web', null]);
    assert.deepEqual(
      rejected.map(({ index }: { index: number }) => index),
      [1, 2, 3],
    );
    assert.deepEqual(alerts(), []);
    assert.equal(bodyOf(await post({ items }))['accepted'], 1);
    assert.equal(alerts()[0]?.alert.startsAt, 1_700_000_000_000);
    problemOf(await post({ items: 5 }), 422, 'input.invalid');
    assert.equal(itemsOf(await call('bob', 'GET', url))[0]?.['lastUsedAt'] !== null, true);
    assert.ok(source.path.startsWith('/api/v1/alerts/'));
  });

  it('are taken with the secret of their source only, and nowhere without a source', async (test) => {
    const { post, call, source, secret, alerts } = await made(test);
    problemOf(await post(grafana(), null), 401, 'auth.missing');
    problemOf(await post(grafana(), 'crane_alerts_wrong'), 401, 'auth.invalid');
    problemOf(await post(grafana(), 'crane_bob'), 401, 'auth.invalid');
    const headers = { authorization: `Bearer ${secret}` };
    problemOf(
      await call(null, 'POST', '/api/v1/alerts/none', { payload: {}, headers }),
      404,
      'source.not_found',
    );
    problemOf(await call(null, 'GET', '/api/v1/apps', { headers }), 401, 'auth.invalid');
    problemOf(await call('ada', 'DELETE', `${url}/${source.id}`), 404, 'source.not_found');
    assert.equal((await call('bob', 'DELETE', `${url}/grafana`)).statusCode, 204);
    problemOf(await post(grafana()), 404, 'source.not_found');
    assert.deepEqual(alerts(), []);
  });

  it('that are old, of another time or too many are refused with the reason', async (test) => {
    const { post } = await made(test);
    for (const startsAt of ['1970-01-01T00:00:00Z', '2099-01-01T00:00:00Z', 'soon'])
      assert.equal(bodyOf(await post(grafana({ startsAt })))['accepted'], 0);
    problemOf(await post({}), 422, 'input.invalid');
    const mappingless = { name: 'x', format: 'generic' };
    const { call } = await testApi(test);
    problemOf(await call('bob', 'POST', url, { payload: mappingless }), 422, 'input.invalid');
  });
});
