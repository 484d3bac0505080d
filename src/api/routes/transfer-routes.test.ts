import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bodyOf, deployedApp, itemsOf, problemOf, testApi } from '../../../test/factories/test-api.ts';

describe('giving an app away', () => {
  it('makes it the new owner’s as it is, with what hangs on it, and nobody else’s', async (test) => {
    const { call, store, bob, cid } = await testApi(test);
    const app = deployedApp(store, bob);
    const give = async (who: string, to: string) =>
      call(who, 'POST', '/api/v1/apps/shop-1/transfer', { payload: { to } });
    problemOf(await give('cid', 'cid'), 404, 'app.not_found');
    problemOf(await give('bob', 'nobody'), 404, 'user.not_found');
    problemOf(await give('bob', 'bob'), 409, 'app.conflict');
    assert.deepEqual(bodyOf(await give('bob', 'cid')), { app: 'shop-1', owner: 'cid' });
    problemOf(await call('bob', 'GET', '/api/v1/apps/shop-1'), 404, 'app.not_found');
    assert.equal((await call('cid', 'GET', '/api/v1/apps/shop-1')).statusCode, 200);
    assert.equal(store.apps.ownerOf(app.id), cid.id);
    assert.equal(store.targets.get(app.id, 'web')?.replicas, 2);
    const told = itemsOf(
      await call('cid', 'GET', '/api/v1/audit').then(async () => call('ada', 'GET', '/api/v1/audit')),
    );
    assert.equal(
      told.some(({ action, outcome }) => action === 'postAppTransfer' && outcome === 'done'),
      true,
    );
    // An admin takes it back.
    assert.equal((await give('ada', 'bob')).statusCode, 200);
  });

  it('is refused for somebody disabled, with an app of the name, or without room for it', async (test) => {
    const { call, store, bob, cid, ada } = await testApi(test);
    deployedApp(store, bob);
    const give = async () => call('bob', 'POST', '/api/v1/apps/shop-1/transfer', { payload: { to: 'cid' } });
    store.users.update(cid.id, { isDisabled: true });
    problemOf(await give(), 409, 'app.conflict');
    store.users.update(cid.id, { isDisabled: false });
    store.users.setQuota(cid.id, { instances: 1 });
    problemOf(await give(), 403, 'quota.exceeded');
    store.users.setQuota(cid.id, { apps: 0 });
    problemOf(await give(), 403, 'quota.exceeded');
    store.users.setQuota(cid.id, {});
    const other = store.apps.create({ name: 'shop', ownerId: cid.id, at: 1 });
    problemOf(await give(), 409, 'app.name_taken');
    store.apps.remove(other.id);
    store.operations.create({ id: 'op-1', kind: 'deploy', appId: 1, userId: ada.id, at: 1, input: null });
    problemOf(await give(), 409, 'app.busy');
    assert.equal(store.apps.ownerOf(1), bob.id);
  });
});
