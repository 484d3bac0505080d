import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { fakeWorld } from '../factories/action-deps.ts';
import { hostileApi } from '../factories/hostile-api.ts';
import { bodyOf, composeText, deployedApp, portOf, problemOf, type Method } from '../factories/test-api.ts';

const files = [{ path: 'compose.yaml', text: composeText }];
const keyed = (key: string, payload: object) => ({ headers: { 'idempotency-key': key }, payload });

describe('a change that comes more than once', () => {
  it('S62 the same key with another body, path, method or person', async (test) => {
    const { refused, call, store } = await hostileApi(test);
    const first = await call('bob', 'POST', '/api/v1/apps', keyed('k1', { name: 'shop', files }));
    assert.equal(first.statusCode, 202, first.body);
    const others: [what: string, method: Method, url: string, payload: object][] = [
      ['another name', 'POST', '/api/v1/apps', { name: 'other', files }],
      ['one more field', 'POST', '/api/v1/apps', { name: 'shop', files, pull: 'always' }],
      ['another path', 'POST', '/api/v1/apps/shop-1/restart', {}],
      ['a query', 'POST', '/api/v1/apps?x=1', { name: 'shop', files }],
      ['another method', 'DELETE', '/api/v1/apps/shop-1', {}],
      ['a token', 'POST', '/api/v1/me/tokens', { name: 'x' }],
    ];
    for (const [what, method, url, payload] of others)
      await refused(what, /^422 (idempotency\.mismatch|input\.invalid)/, () =>
        call('bob', method, url, keyed('k1', payload)),
      );
    const again = await call('bob', 'POST', '/api/v1/apps', keyed('k1', { files, name: 'shop' }));
    assert.deepEqual([again.statusCode, again.body], [202, first.body], 'the order of keys does not count');
    assert.equal(store.apps.list({ kind: 'all' }).length, 1);
    await refused("another person's answer", /^404/, () =>
      call('cid', 'POST', '/api/v1/apps/shop-1/restart', keyed('k1', {})),
    );
  });

  it('S62 the same key while the first is being carried out', async (test) => {
    const held = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const { policy } = fakeWorld();
    const { call, store, bob } = await hostileApi(test, {
      policy: {
        ...policy,
        decideAdmission: async (...question) => {
          asked.resolve();
          await held.promise;
          return policy.decideAdmission(...question);
        },
      },
    });
    deployedApp(store, bob);
    const restart = () => call('bob', 'POST', '/api/v1/apps/shop-1/restart', keyed('k1', {}));
    const first = restart();
    await asked.promise;
    for (let round = 0; round < 5; round += 1) {
      const answer = await restart();
      problemOf(answer, 409, 'idempotency.in_progress');
      assert.match(String(answer.headers['retry-after']), /^\d+$/);
    }
    held.resolve();
    const { statusCode, body } = await first;
    assert.equal(statusCode, 202, body);
    assert.deepEqual((await restart()).body, body);
    assert.equal(store.operations.listOpen().length, 1, 'it was carried out once');
  });

  it('S62 a hundred at once are one', async (test) => {
    const { call, store } = await hostileApi(test);
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        call('bob', 'POST', '/api/v1/apps', keyed('k', { name: 'shop', files })),
      ),
    );
    assert.ok(answers.every(({ statusCode }) => statusCode === 202 || statusCode === 409));
    assert.equal(
      new Set(answers.filter(({ statusCode }) => statusCode === 202).map(({ body }) => body)).size,
      1,
    );
    assert.equal(store.apps.list({ kind: 'all' }).length, 1);
  });

  it('S62 keys that are none', async (test) => {
    const made = await hostileApi(test);
    const { refused, call } = made;
    for (const key of ['', 'x'.repeat(256), 'x'.repeat(300), 'a b', 'a\tb', 'é', 'a,\u00a0b'])
      await refused(JSON.stringify(key.slice(0, 20)), /^422 input\.invalid .*255/, () =>
        call('bob', 'POST', '/api/v1/apps', keyed(key, { name: 'shop', files })),
      );
    await made.api.listen({ host: '127.0.0.1', port: 0 });
    const body = JSON.stringify({ name: 'shop', files });
    await refused('two keys', /^422 input\.invalid .*255/, async () => {
      const socket = connect(portOf(made.api), '127.0.0.1');
      socket.end(
        'POST /api/v1/apps HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer crane_bob\r\n' +
          `Idempotency-Key: a\r\nIdempotency-Key: b\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      const [head = '', answer = ''] = (await text(socket)).split('\r\n\r\n');
      return { status: Number(head.split(' ')[1]), type: 'application/problem+json', body: answer };
    });
  });
});

describe('a change of what was seen', () => {
  const changes: [method: Method, path: string, payload: object][] = [
    ['PUT', '/maintenance', { forMs: 60_000, reason: 'x' }],
    ['PUT', '/mode', { services: ['web'], mode: 'paused' }],
    ['PUT', '/canary', { weight: 10 }],
    ['PATCH', '', { services: { web: { environment: { A: 'b' } } } }],
    ['POST', '/scale', { services: { web: 3 } }],
    ['POST', '/stop', {}],
    ['POST', '/rename', { name: 'other' }],
    ['DELETE', '', {}],
  ];

  it('S63 with an If-Match of before it is refused (412), on every verb', async (test) => {
    const { refused, call, store, bob } = await hostileApi(test);
    deployedApp(store, bob);
    const stale = String((await call('bob', 'GET', '/api/v1/apps/shop-1')).headers['etag']);
    assert.equal(
      (await call('bob', 'POST', '/api/v1/apps/shop-1/scale', { payload: { services: { web: 1 } } }))
        .statusCode,
      202,
    );
    for (const [method, path, payload] of changes)
      for (const match of [
        stale,
        '"1.1"',
        '"0.0"',
        `W/${stale}`,
        'nonsense',
        '"9.9.9"',
        `"${'9'.repeat(5_000)}"`,
        '""',
        '',
      ])
        await refused(`${method} ${path} with ${match.slice(0, 20)}`, /^412 app\.changed/, () =>
          call('bob', method, `/api/v1/apps/shop-1${path}`, {
            payload: JSON.stringify(payload),
            headers: {
              'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
              'if-match': match,
            },
          }),
        );
  });

  it('S63 without one the last change counts: If-Match is offered and not demanded (no 428)', async (test) => {
    const { call, store, bob } = await hostileApi(test);
    deployedApp(store, bob);
    const [method, path, payload] = changes[0] ?? assert.fail();
    const url = `/api/v1/apps/shop-1${path}`;
    for (const headers of [{}, { 'if-match': '*' }]) {
      const answer = await call('bob', method, url, { payload, headers });
      assert.equal(answer.statusCode, 200, answer.body);
    }
  });

  it('S63 an If-Match on what has no revision is refused, and not passed over', async (test) => {
    const { refused, call } = await hostileApi(test);
    const others: [method: Method, url: string, payload: object][] = [
      ['PUT', '/api/v1/registration', { mode: 'open' }],
      ['PATCH', '/api/v1/users/bob', { role: 'admin' }],
      ['DELETE', '/api/v1/users/bob', {}],
      ['POST', '/api/v1/apps', { name: 'shop', files }],
    ];
    for (const [method, url, payload] of others)
      await refused(`${method} ${url}`, /^412 input\.precondition/, () =>
        call('ada', method, url, { payload, headers: { 'if-match': '"1.1"' } }),
      );
    const answer = await call('ada', 'PUT', '/api/v1/registration', {
      payload: { mode: 'open' },
      headers: { 'if-match': '*' },
    });
    assert.deepEqual(bodyOf(answer), { mode: 'open' });
  });
});
