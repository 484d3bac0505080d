import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deployedApp, problemOf, testApi } from '../../test/factories/test-api.ts';

describe('without the policy engine', () => {
  for (const how of ['policy.unavailable', 'policy.bad_output'] as const)
    it(`(${how}) admins look, nobody changes anything, and users wait`, async (test) => {
      const { call, store, bob, world } = await testApi(test);
      deployedApp(store, bob);
      world.policy.fail(how);
      for (const path of ['me', 'status', 'apps', 'apps/shop-1', 'decisions'])
        assert.equal((await call('ada', 'GET', `/api/v1/${path}`)).statusCode, 200, path);
      problemOf(await call('ada', 'GET', '/api/v1/apps/shop-1/files?path=/'), 503, how);
      problemOf(await call('ada', 'POST', '/api/v1/apps/shop-1/stop'), 503, how);
      problemOf(await call('bob', 'GET', '/api/v1/apps'), 503, how);
      world.policy.fail(null);
      assert.equal((await call('bob', 'GET', '/api/v1/apps')).statusCode, 200);
    });
});
