import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bodyOf, deployedApp, itemsOf, problemOf, testApi } from '../../../test/factories/test-api.ts';

describe('webhooks', () => {
  it('are added, listed without their secret, enabled again and removed, each by its person', async (test) => {
    const { call, store, bob } = await testApi(test);
    deployedApp(store, bob);
    const payload = { url: 'https://example.com/x', events: ['deployment.*'], app: 'shop-1' };
    const made = await call('bob', 'POST', '/api/v1/webhooks', { payload });
    assert.equal(made.statusCode, 201, made.body);
    const { webhook, secret } = made.json();
    assert.match(secret, /^crane_webhook_[\w-]{43}$/);
    assert.deepEqual([webhook.appId, webhook.url, webhook.state], [1, payload.url, 'active']);
    const listed = await call('bob', 'GET', '/api/v1/webhooks');
    assert.deepEqual(itemsOf(listed), [webhook]);
    assert.deepEqual(itemsOf(await call('ada', 'GET', '/api/v1/webhooks')), []);
    const url = `/api/v1/webhooks/${webhook.id}`;
    store.webhooks.update(webhook.id, { state: 'disabled', reason: 'no', failures: 12 });
    problemOf(await call('ada', 'POST', `${url}/enable`), 404, 'webhook.not_found');
    const enabled = bodyOf(await call('bob', 'POST', `${url}/enable`));
    assert.deepEqual([enabled['state'], enabled['reason'], enabled['failures']], ['active', null, 0]);
    problemOf(await call('ada', 'DELETE', url), 404, 'webhook.not_found');
    assert.equal((await call('bob', 'DELETE', url)).statusCode, 204);
    problemOf(await call('bob', 'DELETE', url), 404, 'webhook.not_found');
  });

  it('have a log of what was sent', async (test) => {
    const { call, store } = await testApi(test);
    const { webhook } = (
      await call('bob', 'POST', '/api/v1/webhooks', { payload: { url: 'https://a.example' } })
    ).json();
    const sent = { eventSeq: 7, kind: 'decision', at: 5, tookMs: 3 };
    store.webhooks.recordDelivery({
      ...sent,
      webhookId: webhook.id,
      attempt: 1,
      status: 500,
      error: 'answered 500',
    });
    store.webhooks.recordDelivery({ ...sent, webhookId: webhook.id, attempt: 2, status: 200, error: null });
    const url = `/api/v1/webhooks/${webhook.id}/deliveries`;
    assert.deepEqual(
      itemsOf(await call('bob', 'GET', url)).map((item) => [item['attempt'], item['error']]),
      [
        [2, null],
        [1, 'answered 500'],
      ],
    );
    assert.equal(itemsOf(await call('bob', 'GET', `${url}?limit=1`)).length, 1);
    problemOf(await call('ada', 'GET', url), 404, 'webhook.not_found');
  });

  it('S77 go to no address that could be somebody’s control port, and only for kinds there are', async (test) => {
    const { call, store, bob } = await testApi(test);
    const add = async (who: string, url: string) =>
      call(who, 'POST', '/api/v1/webhooks', { payload: { url } });
    for (const url of ['http://127.0.0.1:2375/x', 'http://localhost:9090/-/quit', 'http://10.0.0.1/'])
      problemOf(await add('bob', url), 422, 'webhook.refused');
    for (const url of ['http://169.254.169.254/', 'file:///etc/passwd', 'http://u:p@example.com/'])
      assert.equal(problemOf(await add('ada', url), 422, 'webhook.refused').errors?.[0]?.pointer, '/url');
    assert.equal((await add('ada', 'http://127.0.0.1:9/')).statusCode, 201);
    const kinds = { url: 'https://a.example', events: ['decision', 'nonsense.*'] };
    const wrong = problemOf(
      await call('bob', 'POST', '/api/v1/webhooks', { payload: kinds }),
      422,
      'input.invalid',
    );
    assert.equal(wrong.errors?.[0]?.pointer, '/events/1');
    const foreign = { url: 'https://a.example', app: deployedApp(store, bob).uniqueName };
    problemOf(await call('cid', 'POST', '/api/v1/webhooks', { payload: foreign }), 404, 'app.not_found');
  });
});
