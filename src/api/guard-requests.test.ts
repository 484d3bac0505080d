import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { bodyOf, composeText, deployedApp, problemOf, testApi } from '../../test/factories/test-api.ts';
import { keptForMs } from './answer-once.ts';

const files = [{ path: 'compose.yaml', text: composeText }];
const newApp = { name: 'shop', files };
const keyed = (key: string, payload?: object) => ({
  headers: { 'idempotency-key': key },
  ...(payload === undefined ? {} : { payload }),
});

async function withApp(test: TestContext) {
  const given = await testApi(test);
  const app = deployedApp(given.store, given.bob);
  return { ...given, app };
}

describe('the tag of an answer', () => {
  it('is given with each read, and a reader who has it is not told again', async (test) => {
    const { call, store, app } = await withApp(test);
    const url = '/api/v1/apps/shop-1';
    const first = await call('bob', 'GET', url);
    const tag = String(first.headers['etag']);
    assert.match(tag, /^"1\.2-[\w-]{16}"$/);
    const again = await call('bob', 'GET', url, { headers: { 'if-none-match': `"other", W/${tag}` } });
    assert.deepEqual([again.statusCode, again.body, again.headers['etag']], [304, '', tag]);
    assert.equal((await call('bob', 'GET', `${url}/releases`)).headers['etag']?.slice(0, 5), '"1.2-');
    store.targets.set({ appId: app.id, service: 'web', replicas: 3, at: 1 });
    const changed = await call('bob', 'GET', url, { headers: { 'if-none-match': tag } });
    assert.equal(changed.statusCode, 200);
    assert.notEqual(changed.headers['etag'], tag);
  });

  it('lets a change through only while nobody else changed the app', async (test) => {
    const { call } = await withApp(test);
    const tag = String((await call('bob', 'GET', '/api/v1/apps/shop-1')).headers['etag']);
    const scale = async (match: string) =>
      call('bob', 'POST', '/api/v1/apps/shop-1/scale', {
        headers: { 'if-match': match },
        payload: { services: { web: 3 } },
      });
    for (const wrong of ['"1.1-abcdefgh"', `W/${tag}`, '"2.2"', 'nonsense', ''])
      problemOf(await scale(wrong), 412, 'app.changed');
    assert.equal((await scale('"1.1"')).headers['etag'], '"1.2"');
    assert.equal((await scale(`"9.9", ${tag}`)).statusCode, 202);
    const { detail } = problemOf(await scale(tag), 412, 'app.changed');
    assert.match(detail, /"1\.3"/);
    problemOf(
      await call('bob', 'DELETE', '/api/v1/apps/shop-1', { headers: { 'if-match': tag } }),
      412,
      'app.changed',
    );
  });
});

describe('a change with an Idempotency-Key', () => {
  it('is carried out once, however often and however fast it comes', async (test) => {
    const { call, store } = await testApi(test);
    const answers = await Promise.all(
      Array.from({ length: 8 }, async () => call('bob', 'POST', '/api/v1/apps', keyed('k1', newApp))),
    );
    const [first] = answers;
    assert.equal(first?.statusCode, 202, first?.body);
    for (const answer of answers) {
      assert.deepEqual(
        [answer.statusCode, answer.body, answer.headers['location'], answer.headers['content-type']],
        [202, first?.body, first?.headers['location'], first?.headers['content-type']],
      );
    }
    assert.equal(answers.filter((answer) => answer.headers['idempotency-replayed'] === 'true').length, 7);
    assert.equal(store.apps.list({ kind: 'all' }).length, 1);
    assert.equal(store.operations.listOpen().length, 1);
  });

  it('gives its answer also when it would be refused by now', async (test) => {
    const { call } = await withApp(test);
    const tag = String((await call('bob', 'GET', '/api/v1/apps/shop-1')).headers['etag']);
    const stop = async () =>
      call('bob', 'POST', '/api/v1/apps/shop-1/stop', {
        headers: { 'idempotency-key': 'k1', 'if-match': tag },
      });
    const [first, second] = [await stop(), await stop()];
    assert.deepEqual([second.statusCode, second.body], [202, first.body]);
  });

  it('is refused with another request, and is each person’s own', async (test) => {
    const { call, store } = await testApi(test);
    assert.equal((await call('bob', 'POST', '/api/v1/apps', keyed('k1', newApp))).statusCode, 202);
    const other = keyed('k1', { ...newApp, name: 'other' });
    problemOf(await call('bob', 'POST', '/api/v1/apps', other), 422, 'idempotency.mismatch');
    problemOf(
      await call('bob', 'POST', '/api/v1/apps/shop-1/stop', keyed('k1')),
      422,
      'idempotency.mismatch',
    );
    assert.equal((await call('cid', 'POST', '/api/v1/apps', other)).statusCode, 202);
    assert.equal(store.apps.list({ kind: 'all' }).length, 2);
    for (const key of ['x'.repeat(256), 'a b', ''])
      problemOf(await call('bob', 'POST', '/api/v1/apps', keyed(key, newApp)), 422, 'input.invalid');
  });

  it('is remembered for a day, and what was refused is not', async (test) => {
    const { call, store, world } = await testApi(test);
    const scale = async () =>
      call('bob', 'POST', '/api/v1/apps/shop-1/scale', keyed('k1', { services: { web: 3 } }));
    problemOf(await scale(), 404, 'app.not_found');
    deployedApp(store, store.users.list().find(({ name }) => name === 'bob') ?? assert.fail());
    const first = await scale();
    assert.equal(first.statusCode, 202, first.body);
    world.now += keptForMs - 1;
    assert.equal((await scale()).body, first.body);
    world.now += 1;
    problemOf(await scale(), 409, 'app.busy');
  });

  it('keeps no secret in clear, and shows it again to who has the key', async (test) => {
    const { call, store, bob } = await testApi(test);
    const make = async () => call('bob', 'POST', '/api/v1/me/tokens', keyed('k-secret', { name: 'ci' }));
    const secret = String(bodyOf(await make())['secret']);
    assert.equal(bodyOf(await make())['secret'], secret);
    assert.equal(store.tokens.list(bob.id).length, 2);
  });

  it('is told only when its effect is on disk', async (test) => {
    const { call, store, world } = await withApp(test);
    const { keep } = store.answers;
    store.answers.keep = (answer) => {
      keep(answer);
      // A second row of the same key cannot be: the whole transaction is undone.
      keep(answer);
    };
    const answer = await call('bob', 'POST', '/api/v1/apps/shop-1/stop', keyed('k1'));
    problemOf(answer, 500, 'internal');
    assert.deepEqual(store.operations.listOpen(), []);
    store.answers.keep = keep;
    assert.equal((await call('bob', 'POST', '/api/v1/apps/shop-1/stop', keyed('k1'))).statusCode, 202);
    assert.ok(world.wakes.operations >= 1);
  });
});
