import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { startChaos } from '../actions/start-chaos.ts';
import type { ChaosSpec } from '../core/chaos/chaos.ts';
import type { Operation } from '../core/operation/operation.ts';
import {
  decisionsOf,
  endOf,
  feedOf,
  measure,
  operationOf,
  startedWorld,
  statesOf,
  webService,
} from '../../test/factories/control-hands.ts';
import type { World } from '../../test/factories/control.ts';

const outcome = z.looseObject({
  minReady: z.number(),
  recoveredMs: z.number().nullable(),
  verdict: z.string(),
  notUndone: z.array(z.string()),
  decisions: z.array(z.string()),
});

async function deployed(test: Parameters<typeof startedWorld>[0]): ReturnType<typeof startedWorld> {
  const world = await startedWorld(test);
  await world.hands.deploy({ web: webService({ 'x-crane': { route: 8000 }, deploy: { replicas: 3 } }) });
  return world;
}

function begin(world: World, change: Partial<ChaosSpec> = {}): Operation {
  const spec = { kind: 'kill-one' as const, service: 'web', forMs: 20_000, hypothesis: null, checks: [] };
  return startChaos(world.actions(), world.ada, { app: 'shop-1', ...spec, ...change }).operation;
}

describe('a chaos trial', () => {
  it('kills one of three, tells how few were left and when all were back, and names itself in the ledger', async (test) => {
    const world = await deployed(test);
    measure(world, 'p95Ms', 120);
    const ended = await endOf(world, begin(world, { checks: [{ signal: 'p95Ms', below: 200 }] }));
    const result = outcome.parse(ended.result);
    assert.deepEqual([ended.status, result.minReady, result.verdict], ['succeeded', 2, 'held']);
    assert.ok(result.recoveredMs !== null && result.recoveredMs < 10_000);
    const [healing] = decisionsOf(world, { family: 'healing' });
    assert.match(healing?.reason ?? '', new RegExp(`during the chaos trial ${ended.id} \\(kill-one\\)`));
    assert.deepEqual(result.decisions, [healing?.id]);
    assert.equal(feedOf(world, 'chaos.started', 'chaos.ended').length, 2);
    assert.equal(statesOf(world).length, 3);
  });

  it('puts back what it paused: at its end, when it is cancelled, and after a crash of Crane', async (test) => {
    const world = await deployed(test);
    const isWhole = (): boolean => statesOf(world).filter((state) => state.endsWith(' running')).length === 3;
    const ended = await endOf(world, begin(world, { kind: 'pause', forMs: 1_000 }));
    assert.deepEqual(outcome.parse(ended.result).notUndone, []);
    await world.clock.until('all run', isWhole, 60_000);

    const cancelled = begin(world, { kind: 'pause', forMs: 60_000 });
    await world.clock.until(
      'one is paused',
      () => statesOf(world).some((state) => state.endsWith(' paused')),
      5_000,
    );
    world.control().operations.cancel(cancelled.id);
    assert.equal((await endOf(world, cancelled)).status, 'cancelled');
    await world.clock.until('all run', isWhole, 60_000);

    const cut = begin(world, { kind: 'pause', forMs: 60_000 });
    await world.clock.until(
      'one is paused',
      () => statesOf(world).some((state) => state.endsWith(' paused')),
      5_000,
    );
    world.kill();
    await world.start();
    assert.match(
      (await endOf(world, cut)).error?.message ?? '',
      /cut short by a restart of Crane; everything was put back/,
    );
    await world.clock.until('all run', isWhole, 60_000);
  });

  it('is one at a time, of a service that there is, in an app that runs', async (test) => {
    const world = await deployed(test);
    const first = begin(world);
    assert.throws(() => begin(world), /is being disturbed already/);
    await endOf(world, first);
    assert.throws(() => begin(world, { service: 'db' }));
    await world.hands.stop();
    assert.throws(() => begin(world), /is stopped/);
    assert.equal(operationOf(world, first.id).status, 'succeeded');
  });
});
