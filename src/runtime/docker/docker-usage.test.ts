import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CraneError } from '../../core/error/crane-error.ts';
import type { UsageSample } from '../../core/usage/usage.ts';
import { containerDetails, type ContainerDetails } from './client/container-reply.ts';
import { containerStats, type ContainerStats } from './client/stats-reply.ts';
import { createUsageWatch } from './docker-usage.ts';

/** An engine with one container; time passes only by waiting, half of what is left to chance. */
type World = { tick: number; details: ContainerDetails; waits: number[]; round: () => ContainerStats };

function details(change: { nanoCpus?: number; isRunning?: boolean; installation?: string } = {}) {
  const { nanoCpus = 500_000_000, isRunning = true, installation = 'mine' } = change;
  return containerDetails.parse({
    Id: 'c1',
    State: { Status: isRunning ? 'running' : 'exited', Running: isRunning },
    Config: { Labels: { 'crane.instance': installation } },
    HostConfig: { NanoCpus: nanoCpus, Memory: 1_000 },
  });
}

function stats(at: number): ContainerStats {
  return containerStats.parse({ read: new Date(at).toISOString(), memory_stats: { usage: 7 } });
}

function createWorld(change: Partial<World> = {}): World {
  return { tick: 0, details: details(), waits: [], round: () => stats(1), ...change };
}

function watch(world: World, everyMs: number, most: number): Promise<UsageSample[]> {
  const watchUsage = createUsageWatch({
    client: {
      containers: {
        inspect: async () => world.details,
        stats: async () => world.round(),
        streamStats: async function* () {
          for (;;) yield world.round();
        },
      },
    },
    installation: 'mine',
    clock: {
      monotonic: () => world.tick,
      wait: async (ms) => {
        world.waits.push(ms);
        world.tick += ms;
      },
    },
    random: () => 0.5,
  });
  return take(watchUsage('c1', { everyMs }, new AbortController().signal), most);
}

async function take(samples: AsyncIterable<UsageSample>, most: number): Promise<UsageSample[]> {
  const taken: UsageSample[] = [];
  for await (const sample of samples) if (taken.push(sample) >= most) break;
  return taken;
}

describe('the usage of a container', () => {
  it('is asked for one by one when that is enough: twice at first, then at a time of its own', async () => {
    const world = createWorld();
    assert.equal((await watch(world, 9_000, 5)).length, 5);
    assert.deepEqual(world.waits, [1_000, 5_000, 9_000, 9_000]);
  });

  it('is followed as a stream when it is wanted each second', async () => {
    const world = createWorld();
    assert.equal((await watch(world, 1_000, 5)).length, 5);
    assert.deepEqual(world.waits, []);
  });

  it('has the limits as they are changed', async () => {
    const world = createWorld();
    world.round = () => {
      if (world.tick > 20_000) world.details = details({ nanoCpus: 2_000_000_000 });
      return stats(1);
    };
    const limits = (await watch(world, 10_000, 12)).map(({ cpuLimitCores }) => cpuLimitCores);
    assert.deepEqual([limits[0], limits.at(-1)], [0.5, 2]);
  });

  it('ends when the container stopped while the engine was asked', async () => {
    const world = createWorld();
    world.round = () => {
      if (world.tick === 0) return stats(1);
      world.details = details({ isRunning: false });
      throw new CraneError('engine.failed', 'the answer is empty');
    };
    assert.equal((await watch(world, 5_000, 9)).length, 1);
  });

  it('fails when the engine does, and the container runs on', async () => {
    const world = createWorld({
      round: () => {
        throw new CraneError('engine.failed', 'disk full');
      },
    });
    await assert.rejects(watch(world, 5_000, 9), { code: 'engine.failed' });
  });

  it('is nobody else’s', async () => {
    const world = createWorld({ details: details({ installation: 'theirs' }) });
    assert.deepEqual(await watch(world, 5_000, 9), []);
  });
});
