import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { CraneError } from '../core/error/crane-error.ts';
import { tempStore } from '../../test/factories/temp-store.ts';
import { bodyOf, deployedApp, itemsOf, problemOf, testApi } from '../../test/factories/test-api.ts';

describe('the audit', () => {
  it('says who did what, from where, and what it was before and after', async (test) => {
    const { call, store, bob } = await testApi(test);
    deployedApp(store, bob);
    await call('ada', 'PATCH', '/api/v1/users/cid', { payload: { role: 'admin' } });
    await call('bob', 'POST', '/api/v1/apps/shop-1/stop');
    await call('bob', 'GET', '/api/v1/apps/shop-1');
    problemOf(await call('bob', 'DELETE', '/api/v1/users/cid'), 403, 'auth.forbidden');
    const entries = itemsOf(await call('ada', 'GET', '/api/v1/audit'));
    assert.deepEqual(
      entries.map(({ actor, via, action, subject, outcome }) => [actor, via, action, subject, outcome]),
      [
        ['bob', 'token 2', 'removeUser', 'cid', 'refused'],
        ['bob', 'token 2', 'postAppStop', 'shop-1', 'done'],
        ['bob', 'token 2', 'postAppStop', 'shop-1', 'asked'],
        ['ada', 'token 1', 'changeUser', 'cid', 'done'],
        ['ada', 'token 1', 'changeUser', 'cid', 'asked'],
      ],
    );
    const [, stopped, , changed] = entries.map(({ details }) => Object(details));
    assert.deepEqual([stopped.before.intent, stopped.after.intent], ['running', 'stopped']);
    assert.deepEqual([changed.before.role, changed.after.role], ['user', 'admin']);
    problemOf(await call('bob', 'GET', '/api/v1/audit'), 403, 'auth.forbidden');
  });

  it('holds no secret', async (test) => {
    const { call } = await testApi(test);
    const password = 'correct horse battery';
    await call('ada', 'POST', '/api/v1/users', { payload: { name: 'eve', password } });
    await call(null, 'POST', '/api/v1/auth/login', { payload: { name: 'eve', password } });
    const made = bodyOf(await call('ada', 'POST', '/api/v1/me/tokens', { payload: { name: 'ci' } }));
    const { body } = await call('ada', 'GET', '/api/v1/audit');
    assert.match(body, /"action":"logIn","subject":"eve","outcome":"done"/);
    for (const secret of [password, String(made['secret']), 'argon2', 'crane_login='])
      assert.doesNotMatch(body, new RegExp(secret));
  });

  it('stops what it cannot write down', async (test) => {
    const { store } = tempStore(test);
    const full = new CraneError('store.full', 'The disk is full.');
    const without = {
      ...store,
      audit: {
        ...store.audit,
        append: () => {
          throw full;
        },
      },
    };
    const { call, bob } = await testApi(test, {}, without);
    deployedApp(store, bob);
    problemOf(await call('bob', 'POST', '/api/v1/apps/shop-1/stop'), 507, 'store.full');
    assert.equal(store.apps.find({ kind: 'all' }, 'shop-1')?.intent, 'running');
    assert.equal((await call('bob', 'GET', '/api/v1/apps/shop-1')).statusCode, 200);
  });

  it('is only added to, and shows where somebody changed the file', async (test) => {
    const { store, path, reopen } = tempStore(test);
    const { call } = await testApi(test, {}, store);
    for (const name of ['a', 'b', 'c']) await call('ada', 'POST', '/api/v1/me/tokens', { payload: { name } });
    const proof = bodyOf(await call('ada', 'GET', '/api/v1/audit/proof'));
    assert.deepEqual([proof['isIntact'], proof['entries']], [true, 6]);
    assert.match(String(proof['head']), /^[0-9a-f]{64}$/);
    const raw = new DatabaseSync(path);
    assert.throws(() => raw.exec('DELETE FROM audit WHERE seq = 6'), /never removed/);
    assert.throws(() => raw.exec("UPDATE audit SET actor = 'bob' WHERE seq = 3"), /never rewritten/);
    raw.exec("DROP TRIGGER audit_is_final; UPDATE audit SET actor = 'bob' WHERE seq = 3");
    raw.close();
    assert.deepEqual(reopen().audit.verify(), {
      isIntact: false,
      entries: 2,
      brokenAt: 3,
      reason: 'entry 3 was changed',
    });
  });
});
