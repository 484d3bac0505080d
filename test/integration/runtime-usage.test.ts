import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { EngineClient } from '../../src/runtime/docker/client/engine-client.ts';
import { createDockerRuntime } from '../../src/runtime/docker/docker-runtime.ts';
import { describeUsageContract, type UsageHarness } from '../../src/runtime/usage-contract.ts';
import { openTestEngine, removeLeftovers, uniquePrefix } from '../factories/docker-engine.ts';
import { startEngineProxy } from '../factories/engine-proxy.ts';
import { until } from '../factories/test-platform.ts';

const image = 'crane/whoami:1';
const megabyte = 1024 ** 2;
const pace = { everyMs: 1_000 };

function createStarter(client: EngineClient, installation: string): UsageHarness['start'] {
  const runtime = createDockerRuntime({ client, installation });
  let slot = 0;
  return async ({ isLimited }) => {
    slot += 1;
    const { id } = await runtime.createInstance({
      name: `${installation}-shop-1-web-1-${slot}`,
      specHash: 'h',
      moreNetworks: {},
      create: {
        Image: image,
        Labels: {
          'crane.app': 'shop-1',
          'crane.service': 'web',
          'crane.release': '1',
          'crane.slot': String(slot),
          'crane.spec': 'h',
        },
        HostConfig: {
          NetworkMode: 'bridge',
          ...(isLimited ? { NanoCpus: 500_000_000, Memory: 64 * megabyte } : {}),
        },
      },
    });
    await runtime.startInstance(id);
    return id;
  };
}

async function ask(client: EngineClient, id: string, path: string): Promise<void> {
  const { networks } = await client.containers.inspect(id);
  const url = `http://${networks['bridge']?.address ?? ''}:8080`;
  await until('it answers', async () => {
    const answer = await fetch(`${url}/healthz`).catch(() => null);
    return answer?.ok === true ? true : null;
  });
  assert.equal((await fetch(`${url}${path}`)).status, 200);
}

describeUsageContract('the Docker runtime', async () => {
  const client = await openTestEngine();
  const prefix = uniquePrefix();
  return {
    runtime: createDockerRuntime({ client, installation: prefix }),
    other: createDockerRuntime({ client, installation: `${prefix}-other` }),
    start: createStarter(client, prefix),
    work: async (id, { memoryBytes }) => {
      if (memoryBytes > 0) await ask(client, id, `/alloc?mb=${Math.round(memoryBytes / megabyte)}`);
      // A whole core is wanted; the limit gives half of it.
      await ask(client, id, '/burn?ms=1200');
    },
    close: async () => {
      assert.deepEqual(await removeLeftovers(client, prefix), []);
      client.close();
    },
  };
});

describe('usage on a real engine', () => {
  let client: EngineClient;
  const prefix = uniquePrefix();
  before(async () => {
    client = await openTestEngine();
  });
  after(async () => {
    await removeLeftovers(client, prefix);
    client.close();
  });

  it('tells that an instance was held back by its limit', async () => {
    const runtime = createDockerRuntime({ client, installation: prefix });
    const id = await createStarter(client, prefix)({ isLimited: true });
    await ask(client, id, '/burn?ms=1500');
    for await (const sample of runtime.watchUsage(id, pace, AbortSignal.timeout(5_000))) {
      assert.ok(sample.cpuThrottledSeconds > 0, JSON.stringify(sample));
      break;
    }
    await runtime.removeInstance(id);
  });

  it('throws when the engine is lost', async () => {
    const proxy = await startEngineProxy(client.where);
    const cut = await openTestEngine({ dockerHost: proxy.host });
    const id = await createStarter(client, prefix)({ isLimited: true });
    const runtime = createDockerRuntime({ client: cut, installation: prefix });
    const reader = runtime.watchUsage(id, pace, AbortSignal.timeout(10_000))[Symbol.asyncIterator]();
    await reader.next();
    await reader.next();
    proxy.cut();
    await assert.rejects(reader.next(), { code: 'engine.unreachable' });
    await proxy.close();
    cut.close();
    await createDockerRuntime({ client, installation: prefix }).removeInstance(id);
  });
});
