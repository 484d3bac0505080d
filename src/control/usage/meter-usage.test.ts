import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startedWorld, webService } from '../../../test/factories/control-hands.ts';

describe('the meter', () => {
  it('adds up instances, what max would be, and goes on after a restart of Crane', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    await world.clock.advance(120_000);
    world.kill();
    await world.start();
    await world.clock.advance(120_000);
    const [web] = world.store.meter.sum(1, 0, Number.MAX_SAFE_INTEGER);
    assert.ok(
      web !== undefined && web.instanceSeconds >= 200 && web.instanceSeconds <= 250,
      JSON.stringify(web),
    );
    assert.equal(web.maxInstanceSeconds, 4 * web.instanceSeconds);
    // This world measures nothing, and says so.
    assert.equal(web.unmeasuredSeconds, web.instanceSeconds);
  });

  it('counts nothing for an app that is stopped', async (test) => {
    const world = await startedWorld(test);
    await world.hands.deploy({ web: webService() });
    await world.hands.stop();
    await world.clock.advance(20_000);
    const before = world.store.meter.sum(1, 0, Number.MAX_SAFE_INTEGER);
    await world.clock.advance(600_000);
    assert.deepEqual(world.store.meter.sum(1, 0, Number.MAX_SAFE_INTEGER), before);
  });
});
