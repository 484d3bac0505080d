import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deployedApp, itemsOf, problemOf, testApi } from '../../../test/factories/test-api.ts';

const url = '/api/v1/apps/shop-1/secrets';
const canary = 'canary-of-the-api-91f3';
const payload = { value: canary };

describe('secrets of an app', () => {
  it('go in and never come out', async (test) => {
    const { call, store, bob } = await testApi(test);
    deployedApp(store, bob);
    const put = await call('bob', 'PUT', `${url}/db`, { payload });
    assert.equal(put.statusCode, 200, put.body);
    const listed = await call('bob', 'GET', url);
    const [secret] = itemsOf(listed);
    assert.deepEqual(
      [secret?.['name'], secret?.['updatedBy'], secret?.['services'], secret?.['isApplied']],
      ['db', 'bob', [], null],
    );
    const events = store.feed.since({ kind: 'all' }, 0, 100);
    const audit = await call('ada', 'GET', '/api/v1/audit');
    for (const text of [put.body, listed.body, JSON.stringify(events), audit.body])
      assert.equal(text.includes(canary), false);
    assert.match(JSON.stringify(events), /bob set the secret db of shop-1/);
    assert.equal(store.secrets.value(1, 'db'), canary);
    assert.equal((await call('bob', 'DELETE', `${url}/db`)).statusCode, 204);
    problemOf(await call('bob', 'DELETE', `${url}/db`), 404, 'secret.not_found');
  });

  it('are of nobody else, and have names that Compose knows', async (test) => {
    const { call, store, bob } = await testApi(test);
    deployedApp(store, bob);
    problemOf(await call('cid', 'PUT', `${url}/db`, { payload }), 404, 'app.not_found');
    problemOf(await call('cid', 'GET', url), 404, 'app.not_found');
    const wrong = await call('bob', 'PUT', `${url}/${encodeURIComponent('../x')}`, { payload });
    assert.match(String(wrong.statusCode), /^(?:404|422)$/);
    const large = await call('bob', 'PUT', `${url}/db`, { payload: { value: 'x'.repeat(512_001) } });
    assert.match(String(large.statusCode), /^(?:413|422)$/);
    assert.deepEqual(store.secrets.list(1), []);
  });
});
