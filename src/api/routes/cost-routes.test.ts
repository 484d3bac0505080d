import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { deployedApp, testApi } from '../../../test/factories/test-api.ts';

const report = z.object({
  prices: z.object({ currency: z.string() }),
  apps: z.array(
    z.object({ app: z.string(), services: z.array(z.object({ service: z.string(), saved: z.number() })) }),
  ),
  total: z.object({ instanceHours: z.number(), cost: z.number(), saved: z.number() }),
});

const hour = {
  service: 'web',
  instanceSeconds: 3_600,
  unmeasuredSeconds: 0,
  cpuCoreSeconds: 360,
  cpuReservedSeconds: 3_600,
  memoryByteSeconds: 0,
  memoryReservedByteSeconds: 0,
  maxInstanceSeconds: 10_800,
  maxCpuReservedSeconds: 10_800,
  maxMemoryReservedByteSeconds: 0,
};

describe('the cost of apps', () => {
  it('is summed up for their owner, and for nobody else', async (test) => {
    const { store, bob, call } = await testApi(test);
    const app = deployedApp(store, bob);
    for (const at of [1_000, 700_000]) store.meter.add(app.id, at, hour);
    const own = report.parse((await call('bob', 'GET', '/api/v1/cost?since=0')).json());
    assert.deepEqual(own.apps[0]?.services, [{ service: 'web', saved: own.total.saved }]);
    assert.equal(own.total.instanceHours, 2);
    assert.ok(Math.abs(own.total.cost - 2 * 0.04) < 1e-9 && Math.abs(own.total.saved - 4 * 0.04) < 1e-9);
    assert.deepEqual(report.parse((await call('cid', 'GET', '/api/v1/cost?since=0')).json()).apps, []);
    const later = report.parse(
      (await call('bob', 'GET', `/api/v1/apps/${app.uniqueName}/cost?since=600000`)).json(),
    );
    assert.equal(later.total.instanceHours, 1);
  });

  it('follows the prices that an admin sets, and refuses nonsense and everybody else', async (test) => {
    const { store, bob, call } = await testApi(test);
    const app = deployedApp(store, bob);
    store.meter.add(app.id, 1_000, hour);
    const payload = { cpuCoreHour: 2, currency: 'USD' };
    assert.equal((await call('bob', 'PATCH', '/api/v1/prices', { payload })).statusCode, 403);
    assert.equal(
      (await call('ada', 'PATCH', '/api/v1/prices', { payload: { cpuCoreHour: -1 } })).statusCode,
      422,
    );
    assert.equal((await call('ada', 'PATCH', '/api/v1/prices', { payload })).statusCode, 200);
    const now = report.parse((await call('bob', 'GET', '/api/v1/cost?since=0')).json());
    assert.deepEqual([now.prices.currency, now.total.cost], ['USD', 2]);
  });
});
