import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { RuntimeEvent } from '../../src/core/port/runtime.ts';
import type { ObservedInstance } from '../../src/core/service/instance.ts';
import type { EngineClient } from '../../src/runtime/docker/client/engine-client.ts';
import { createDockerRuntime } from '../../src/runtime/docker/docker-runtime.ts';
import { describeRuntimeContract } from '../../src/runtime/runtime-contract.ts';
import { freeSubnets, openTestEngine, removeLeftovers, uniquePrefix } from '../factories/docker-engine.ts';
import { startEngineProxy, type EngineProxy } from '../factories/engine-proxy.ts';

const image = 'crane/whoami:1';
const everySecond = { Interval: 200_000_000, Timeout: 2_000_000_000, Retries: 1 };

describeRuntimeContract('the Docker runtime', async () => {
  const client = await openTestEngine();
  const prefix = uniquePrefix();
  const [a, b, c, d] = await freeSubnets(client, 4);
  assert.ok(a !== undefined && b !== undefined && c !== undefined && d !== undefined);
  return {
    runtime: createDockerRuntime({ client, installation: prefix }),
    other: createDockerRuntime({ client, installation: `${prefix}-other` }),
    prefix,
    image,
    subnets: [a, b, c, d],
    freePort: await findFreePort(),
    // The engine mounts its init program into the container: it is the one command an image without a shell has.
    healthy: {
      Healthcheck: { Test: ['CMD', '/sbin/docker-init', '--version'], ...everySecond },
      HostConfig: { Init: true },
    },
    unhealthy: { Healthcheck: { Test: ['CMD', '/whoami'], ...everySecond } },
    crash: (instance) => crash(instance),
    close: async () => {
      const left = await removeLeftovers(client, prefix);
      left.push(...(await removeLeftovers(client, `${prefix}-other`)));
      client.close();
      return left;
    },
  };
});

describe('the Docker runtime on a real engine', () => {
  let client: EngineClient;
  let proxy: EngineProxy;
  const prefix = uniquePrefix();
  const spec = { 'crane.app': 'shop-1', 'crane.service': 'web', 'crane.release': '1', 'crane.spec': 'h' };
  const create = (
    slot: number,
    host = {},
  ): { Image: string; Labels: Record<string, string>; HostConfig: object } => ({
    Image: image,
    Labels: { ...spec, 'crane.slot': String(slot) },
    HostConfig: { NetworkMode: 'bridge', ...host },
  });

  before(async () => {
    client = await openTestEngine();
    proxy = await startEngineProxy(client.where);
  });
  after(async () => {
    await proxy?.close();
    if (client === undefined) return;
    const left = await removeLeftovers(client, prefix);
    client.close();
    assert.deepEqual(left, []);
  });

  it('joins the networks that a crash kept an instance from, before it starts', async () => {
    const [first, second] = await freeSubnets(client, 2);
    const runtime = createDockerRuntime({ client, installation: prefix });
    const names = [`${prefix}-one`, `${prefix}-two`] as const;
    await runtime.ensureNetwork({ name: names[0], app: 'shop-1', subnet: first ?? null, isInternal: false });
    await runtime.ensureNetwork({ name: names[1], app: 'shop-1', subnet: second ?? null, isInternal: false });
    // The engine has done its part; Crane ended before the second network was joined.
    const { id } = await runtime.createInstance({
      name: `${prefix}-shop-1-web-1-1`,
      specHash: 'h',
      moreNetworks: { [names[1]]: { Aliases: ['web'] } },
      create: create(1, { NetworkMode: names[0] }),
    });
    await client.networks.disconnect(names[1], id);
    const restarted = createDockerRuntime({ client, installation: prefix });
    await restarted.startInstance(id);
    const [instance] = await restarted.observeInstances('shop-1');
    assert.deepEqual(Object.keys(instance?.addresses ?? {}).sort(), [...names].sort());
    await restarted.removeInstance(id);
    for (const name of names) await restarted.removeNetwork(name);
  });

  it('says that an instance ran out of memory', async () => {
    const runtime = createDockerRuntime({ client, installation: prefix });
    const { id } = await runtime.createInstance({
      name: `${prefix}-shop-1-web-1-2`,
      specHash: 'h',
      moreNetworks: {},
      create: create(2, { Memory: 16 * 1024 * 1024, MemorySwap: 16 * 1024 * 1024 }),
    });
    await runtime.startInstance(id);
    const seen = async (): Promise<ObservedInstance | undefined> => (await runtime.observeInstances(null))[0];
    await ask(await seen(), '/alloc?mb=200').catch(() => undefined);
    const ended = await eventually(async () => {
      const instance = await seen();
      return instance?.state === 'exited' ? instance : null;
    });
    assert.deepEqual([ended.exitCode, ended.isOomKilled], [137, true]);
    await runtime.removeInstance(id);
  });

  it('removes the anonymous volumes with the instance, and keeps the named one', async () => {
    const runtime = createDockerRuntime({ client, installation: prefix });
    const name = `${prefix}-data`;
    await runtime.ensureVolume({ name, app: 'shop-1' });
    const { id } = await runtime.createInstance({
      name: `${prefix}-shop-1-web-1-3`,
      specHash: 'h',
      moreNetworks: {},
      create: create(3, {
        Mounts: [
          { Type: 'volume', Target: '/anonymous' },
          { Type: 'volume', Source: name, Target: '/named' },
        ],
      }),
    });
    const { mounts } = await client.containers.inspect(id);
    const anonymous = mounts.find((mount) => mount.destination === '/anonymous')?.volume ?? '';
    assert.notEqual(anonymous, '');
    await runtime.removeInstance(id);
    await assert.rejects(client.volumes.inspect(anonymous), { code: 'engine.not_found' });
    assert.equal((await client.volumes.inspect(name)).name, name);
    await runtime.removeVolume(name);
  });

  it('goes on telling events after the connection was lost, and says that there was a gap', async () => {
    const cut = await openTestEngine({ dockerHost: proxy.host });
    const runtime = createDockerRuntime({ client: cut, installation: prefix });
    const direct = createDockerRuntime({ client, installation: prefix });
    const stop = new AbortController();
    const told: RuntimeEvent[] = [];
    const watching = (async () => {
      for await (const event of runtime.watch(stop.signal)) told.push(event);
    })();
    const make = async (slot: number): Promise<string> => {
      const name = `${prefix}-shop-1-web-1-${slot}`;
      const { id } = await direct.createInstance({
        name,
        specHash: 'h',
        moreNetworks: {},
        create: create(slot),
      });
      return id;
    };
    const isTold = (id: string): Promise<true> =>
      eventually(async () =>
        told.some((event) => event.id === id && event.kind === 'created') ? true : null,
      );
    const first = await make(4);
    await isTold(first);
    proxy.cut();
    await assert.rejects(runtime.observeInstances(null), { code: 'engine.unreachable' });
    // Made in the gap: the engine still remembers it.
    const second = await make(5);
    proxy.restore();
    await isTold(second);
    assert.ok(told.some((event) => event.kind === 'reconnected'));
    assert.equal((await runtime.observeInstances(null)).length, 2);
    stop.abort();
    await watching;
    await Promise.all([direct.removeInstance(first), direct.removeInstance(second)]);
    cut.close();
  });
});

async function crash(instance: ObservedInstance): Promise<void> {
  const answer = await ask(instance, '/fail?exit=1');
  assert.equal(answer.status, 200);
}

/** Asks the instance itself, as soon as it listens. */
async function ask(instance: ObservedInstance | undefined, path: string): Promise<Response> {
  const address = Object.values(instance?.addresses ?? {})[0] ?? '';
  await eventually(async () => {
    const answer = await fetch(`http://${address}:8080/healthz`).catch(() => null);
    return answer?.ok === true ? true : null;
  });
  return fetch(`http://${address}:8080${path}`);
}

async function eventually<T>(look: () => Promise<T | null>): Promise<T> {
  for (const deadline = Date.now() + 20_000; ;) {
    const found = await look();
    if (found !== null) return found;
    assert.ok(Date.now() < deadline, 'nothing happened within 20 s');
    await delay(20);
  }
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      assert.ok(address !== null && typeof address === 'object');
      server.close(() => resolve(address.port));
    });
  });
}
