import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bodyOf, problemOf, testApi } from '../../../test/factories/test-api.ts';

const url = '/api/v1/authority';

describe('the local authority', () => {
  it('is shown to everybody, without its key', async (test) => {
    const { call } = await testApi(test);
    const seen = bodyOf(await call('bob', 'GET', url));
    assert.deepEqual(Object.keys(seen).sort(), [
      'apps',
      'certificate',
      'fingerprint',
      'notAfter',
      'notBefore',
      'state',
      'subject',
    ]);
    assert.equal(seen['state'], 'ok');
  });

  it('is renewed by an admin; certificates alone unless the authority is asked for', async (test) => {
    const { call } = await testApi(test);
    const before = bodyOf(await call('ada', 'GET', url));
    assert.deepEqual(bodyOf(await call('ada', 'POST', `${url}:renew`, { payload: {} })), before);
    const next = bodyOf(await call('ada', 'POST', `${url}:renew`, { payload: { what: 'authority' } }));
    assert.notEqual(next['fingerprint'], before['fingerprint']);
    problemOf(await call('bob', 'POST', `${url}:renew`, { payload: {} }), 403, 'auth.forbidden');
    problemOf(await call('ada', 'POST', `${url}:renew`, { payload: { what: 'all' } }), 422, 'input.invalid');
  });
});
