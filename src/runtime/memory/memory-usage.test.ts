import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../core/port/clock.ts';
import { describeUsageContract } from '../usage-contract.ts';
import { createMemoryRuntime, type MemoryRuntime } from './memory-runtime.ts';

const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  wait: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};

function createStarter(runtime: MemoryRuntime): (request: { isLimited: boolean }) => Promise<string> {
  runtime.controls.addImage({ ref: 'web' });
  let slot = 0;
  return async ({ isLimited }) => {
    slot += 1;
    const { id } = await runtime.createInstance({
      name: `crane-shop-1-web-1-${slot}`,
      specHash: 'h',
      moreNetworks: {},
      create: {
        Image: runtime.engine.tags.get('docker.io/library/web:latest') ?? '',
        Labels: {
          'crane.app': 'shop-1',
          'crane.service': 'web',
          'crane.release': '1',
          'crane.slot': String(slot),
          'crane.spec': 'h',
        },
        HostConfig: {
          NetworkMode: 'none',
          ...(isLimited ? { NanoCpus: 500_000_000, Memory: 64 * 1024 ** 2 } : {}),
        },
      },
    });
    await runtime.startInstance(id);
    return id;
  };
}

describeUsageContract('the memory runtime', async () => {
  const runtime = createMemoryRuntime({ clock: realClock });
  const start = createStarter(runtime);
  return {
    runtime,
    other: createMemoryRuntime({ engine: runtime.engine, installation: 'other' }),
    start,
    work: async (id, { cores, memoryBytes }) =>
      runtime.usage.set(id, {
        cpuCores: cores,
        memoryBytes: 8 * 1024 ** 2 + memoryBytes,
        receivedBytesPerSecond: 1_000,
      }),
    close: async () => assert.equal(runtime.usage.openStreams(), 0),
  };
});

it('the usage of an instance cannot be read while the engine is down', async () => {
  const runtime = createMemoryRuntime({ clock: realClock });
  const id = await createStarter(runtime)({ isLimited: true });
  const samples = runtime.watchUsage(id, { everyMs: 1_000 }, new AbortController().signal);
  const reader = samples[Symbol.asyncIterator]();
  await reader.next();
  runtime.controls.goDown();
  await assert.rejects(reader.next(), { code: 'engine.unreachable' });
});
