import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { bodyOf, deployedApp, itemsOf, problemOf, testApi } from '../../../test/factories/test-api.ts';

const app = '/api/v1/apps/shop-1';
const service = z.looseObject({
  mode: z.string(),
  modeBy: z.string().nullable(),
  replicas: z.number(),
  min: z.number(),
  override: z.looseObject({ replicas: z.number(), until: z.number() }).nullable(),
  window: z.looseObject({ id: z.number() }).nullable(),
});
const webOf = (answer: { json(): unknown }): z.infer<typeof service> => {
  const [web] = z.object({ services: z.array(service) }).parse(answer.json()).services;
  assert.ok(web);
  return web;
};

async function shop(test: Parameters<typeof testApi>[0]) {
  const given = await testApi(test);
  deployedApp(given.store, given.bob);
  return given;
}

describe('modes', () => {
  it('are set by the owner, shown, and given back to the release', async (test) => {
    const { call, world } = await shop(test);
    const paused = await call('bob', 'PUT', `${app}/mode`, {
      payload: { mode: 'paused', services: ['web'] },
    });
    assert.equal(paused.statusCode, 200, paused.body);
    assert.deepEqual([webOf(paused).mode, webOf(paused).modeBy], ['paused', 'bob']);
    assert.deepEqual(world.nudged, [1]);
    const free = await call('bob', 'PUT', `${app}/mode`, { payload: { mode: 'default' } });
    assert.deepEqual([webOf(free).mode, webOf(free).modeBy], ['auto', null]);
  });

  it('are refused for what does not exist, and for somebody else', async (test) => {
    const { call } = await shop(test);
    const put = async (who: string, payload: object) => call(who, 'PUT', `${app}/mode`, { payload });
    problemOf(await put('bob', { mode: 'paused', services: ['db'] }), 404, 'service.not_found');
    problemOf(await put('bob', { mode: 'off' }), 422, 'input.invalid');
    problemOf(await put('cid', { mode: 'paused' }), 404, 'app.not_found');
  });
});

describe('overrides', () => {
  it('are a scale with an end, and end early on demand', async (test) => {
    const { call, world } = await shop(test);
    const payload = { services: { web: 3 }, forMs: 1_800_000 };
    const accepted = await call('bob', 'POST', `${app}/scale`, { payload });
    assert.equal(accepted.statusCode, 202, accepted.body);
    const held = webOf(await call('bob', 'GET', app));
    assert.deepEqual(held.override, { replicas: 3, until: world.now + 1_800_000, by: 'bob', previous: 2 });
    const ended = await call('bob', 'POST', `${app}/scale:auto`, { payload: {} });
    assert.equal(ended.statusCode, 200, ended.body);
    // The autoscaler drives this service: it goes on from the present size.
    assert.deepEqual([webOf(ended).override, webOf(ended).replicas], [null, 3]);
    problemOf(await call('cid', 'POST', `${app}/scale:auto`), 404, 'app.not_found');
  });

  it('stay within the bounds', async (test) => {
    const { call } = await shop(test);
    const payload = { services: { web: 9 }, forMs: 60_000 };
    problemOf(await call('bob', 'POST', `${app}/scale`, { payload }), 422, 'input.invalid');
  });
});

describe('schedules', () => {
  const payload = { cron: '* * * * *', timeZone: 'Europe/Vienna', durationMs: 3_600_000, min: 2, max: 8 };

  it('are added, listed, in force at once when open, and removed', async (test) => {
    const { call } = await shop(test);
    const added = await call('bob', 'POST', `${app}/schedules`, { payload });
    assert.equal(added.statusCode, 201, added.body);
    assert.equal(bodyOf(added)['service'], 'web');
    const [listed] = itemsOf(await call('bob', 'GET', `${app}/schedules`));
    assert.deepEqual(
      [listed?.['id'], listed?.['createdBy'], listed?.['timeZone']],
      [1, 'bob', 'Europe/Vienna'],
    );
    const web = webOf(await call('bob', 'GET', app));
    assert.deepEqual([web.min, web.window?.id], [2, 1]);
    const wide = await call('bob', 'POST', `${app}/scale`, { payload: { services: { web: 8 } } });
    assert.equal(wide.statusCode, 202, wide.body);
    assert.equal((await call('bob', 'DELETE', `${app}/schedules/1`)).statusCode, 204);
    problemOf(await call('bob', 'DELETE', `${app}/schedules/1`), 404, 'schedule.not_found');
    assert.equal(webOf(await call('bob', 'GET', app)).window, null);
  });

  it('are refused with a pointer to what is wrong', async (test) => {
    const { call } = await shop(test);
    const post = async (change: object) =>
      call('bob', 'POST', `${app}/schedules`, { payload: { ...payload, ...change } });
    const pointers = async (change: object): Promise<unknown> =>
      problemOf(await post(change), 422, 'input.invalid').errors?.map(({ pointer }) => pointer);
    assert.deepEqual(await pointers({ cron: '61 * * * *', max: 1 }), ['/cron', '/max']);
    assert.deepEqual(await pointers({ timeZone: 'Mars/Crater' }), ['/timeZone']);
    assert.deepEqual(await pointers({ durationMs: 1 }), ['/durationMs']);
    problemOf(await post({ service: 'db' }), 404, 'service.not_found');
    const other = await call('cid', 'POST', `${app}/schedules`, { payload });
    problemOf(other, 404, 'app.not_found');
  });
});
