import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { bodyOf, deployedApp, itemsOf, problemOf, testApi } from '../../../test/factories/test-api.ts';

const rules = '/api/v1/apps/shop-1/rules';
const slow = {
  kind: 'preset',
  name: 'slow',
  service: 'web',
  preset: 'p95',
  above: 300,
  forMs: 30_000,
  severity: 'warning',
};
const shape = z.looseObject({ version: z.number(), rules: z.array(z.looseObject({ name: z.string() })) });

async function shop(test: Parameters<typeof testApi>[0]) {
  const given = await testApi(test);
  deployedApp(given.store, given.bob);
  const names = async (): Promise<(number | string)[]> => {
    const set = shape.parse((await given.call('bob', 'GET', rules)).json());
    return [set.version, ...set.rules.map(({ name }) => name)];
  };
  return { ...given, names };
}

describe("an owner's rules", () => {
  it('are added, replaced by name, removed, and brought back, each as a version', async (test) => {
    const { call, names, world } = await shop(test);
    assert.deepEqual(await names(), [0]);
    const added = await call('bob', 'POST', rules, { payload: slow });
    assert.equal(added.statusCode, 200, added.body);
    const queue = {
      kind: 'promql',
      name: 'queue',
      service: 'web',
      expr: 'q > 1',
      forMs: 0,
      severity: 'info',
    };
    await call('bob', 'POST', rules, { payload: queue });
    await call('bob', 'POST', rules, { payload: { ...slow, above: 500 } });
    assert.deepEqual(await names(), [3, 'queue', 'slow']);
    assert.equal((await call('bob', 'DELETE', `${rules}/queue`)).statusCode, 200);
    assert.deepEqual(await names(), [4, 'slow']);
    await call('bob', 'POST', `${rules}:rollback`, { payload: {} });
    assert.deepEqual(await names(), [5, 'queue', 'slow']);
    await call('bob', 'POST', `${rules}:rollback`, { payload: { version: 1 } });
    assert.deepEqual(await names(), [6, 'slow']);
    const notes = itemsOf(await call('bob', 'GET', '/api/v1/apps/shop-1/rule-versions')).map(
      ({ note }) => note,
    );
    assert.deepEqual(notes.slice(0, 4), [
      'back to version 1',
      'back to version 3',
      'removed queue',
      'changed slow',
    ]);
    assert.equal(world.wakes.rules, 6);
  });

  it('that cannot be used are refused, and the old set stays', async (test) => {
    const { call, names, world } = await shop(test);
    await call('bob', 'POST', rules, { payload: slow });
    const bad = { kind: 'promql', name: 'x', service: 'web', expr: 'bad(', forMs: 0, severity: 'info' };
    problemOf(await call('bob', 'POST', rules, { payload: bad }), 422, 'input.invalid');
    problemOf(await call('bob', 'POST', rules, { payload: { ...slow, above: -1 } }), 422, 'input.invalid');
    problemOf(
      await call('bob', 'POST', rules, { payload: { ...slow, service: 'db' } }),
      404,
      'service.not_found',
    );
    problemOf(await call('bob', 'DELETE', `${rules}/none`), 404, 'rule.not_found');
    problemOf(
      await call('bob', 'POST', `${rules}:rollback`, { payload: { version: 9 } }),
      404,
      'rule.not_found',
    );
    assert.deepEqual(await names(), [1, 'slow']);
    assert.equal(world.wakes.rules, 1);
  });

  it('show what they would have done, without being stored', async (test) => {
    const { call, names } = await shop(test);
    const preview = bodyOf(await call('bob', 'POST', `${rules}:preview`, { payload: slow }));
    assert.equal(preview['firingMs'], 30_000);
    assert.deepEqual(await names(), [0]);
  });

  it("are nobody else's", async (test) => {
    const { call } = await shop(test);
    problemOf(await call('cid', 'GET', rules), 404, 'app.not_found');
    problemOf(await call('cid', 'POST', rules, { payload: slow }), 404, 'app.not_found');
    problemOf(await call('cid', 'POST', `${rules}:preview`, { payload: slow }), 404, 'app.not_found');
    problemOf(await call('cid', 'DELETE', `${rules}/slow`), 404, 'app.not_found');
  });
});
