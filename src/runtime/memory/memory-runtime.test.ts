import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { CraneError } from '../../core/error/crane-error.ts';
import type { Clock } from '../../core/port/clock.ts';
import type { RuntimeEvent } from '../../core/port/runtime.ts';
import type { InstanceSpec } from '../../core/service/engine-create.ts';
import { describeRuntimeContract } from '../runtime-contract.ts';
import { createMemoryRuntime, type MemoryRuntime } from './memory-runtime.ts';

const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  wait: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};

describeRuntimeContract('the memory runtime', async () => {
  const runtime = createMemoryRuntime({ clock: realClock });
  const image = 'crane/whoami:1';
  runtime.controls.addImage({ ref: image });
  runtime.controls.addImage({ ref: 'ill', behaviour: { health: { status: 'unhealthy', afterMs: 0 } } });
  const ill = await runtime.resolveImage({ ref: 'ill', pull: 'never' });
  return {
    runtime,
    other: createMemoryRuntime({ engine: runtime.engine, installation: 'other' }),
    prefix: 'crane-test',
    image,
    subnets: ['10.99.0.0/28', '10.99.0.16/28', '10.99.1.0/28', '10.99.1.16/28'],
    freePort: 18_080,
    healthy: { Healthcheck: { Test: ['CMD', '/check'] } },
    unhealthy: { Image: ill.imageId, Healthcheck: { Test: ['CMD', '/check'] } },
    crash: async ({ id }) => runtime.controls.exit(id, 1),
    close: async () => [
      ...runtime.controls.containers().map((container) => container.name),
      ...runtime.engine.networks.keys(),
      ...runtime.engine.volumes.keys(),
    ],
  };
});

describe('the controls of the memory runtime', () => {
  function prepare(): MemoryRuntime {
    const runtime = createMemoryRuntime({ clock: realClock });
    runtime.controls.addImage({ ref: 'web' });
    return runtime;
  }

  function specOf(runtime: MemoryRuntime, ref = 'web'): InstanceSpec {
    const imageId = runtime.engine.tags.get(`docker.io/library/${ref}:latest`) ?? '';
    const labels = { 'crane.app': 'shop-1', 'crane.service': 'web', 'crane.release': '1', 'crane.slot': '1' };
    return {
      name: 'crane-shop-1-web-1-1',
      specHash: 'h',
      moreNetworks: {},
      create: {
        Image: imageId,
        Labels: { ...labels, 'crane.spec': 'h' },
        HostConfig: { NetworkMode: 'none' },
      },
    };
  }

  it('a fault before the effect leaves nothing, one after it leaves what the next call adopts', async () => {
    const runtime = prepare();
    runtime.controls.fault({ call: 'createInstance', when: 'before' });
    await assert.rejects(runtime.createInstance(specOf(runtime)), { code: 'engine.unreachable' });
    assert.deepEqual(runtime.controls.containers(), []);
    runtime.controls.fault({
      call: 'createInstance',
      when: 'after',
      error: new CraneError('engine.timed_out', 'slow'),
    });
    await assert.rejects(runtime.createInstance(specOf(runtime)), { code: 'engine.timed_out' });
    assert.equal(runtime.controls.containers().length, 1);
    assert.equal((await runtime.createInstance(specOf(runtime))).isAdopted, true);
  });

  it('an engine that is down answers nothing, tells nothing, and is noticed when it is back', async () => {
    const runtime = prepare();
    const { id } = await runtime.createInstance(specOf(runtime));
    await runtime.startInstance(id);
    const stop = new AbortController();
    const told: RuntimeEvent[] = [];
    const watching = (async () => {
      for await (const event of runtime.watch(stop.signal)) {
        told.push(event);
        if (event.kind === 'died') stop.abort();
      }
    })();
    runtime.controls.goDown();
    await assert.rejects(runtime.observeInstances(null), { code: 'engine.unreachable' });
    runtime.controls.exit(id, 3);
    runtime.controls.comeBack();
    assert.equal((await runtime.observeInstances(null))[0]?.exitCode, 3);
    await runtime.startInstance(id);
    runtime.controls.exit(id, 0);
    await watching;
    assert.deepEqual(
      told.map((event) => event.kind),
      ['reconnected', 'started', 'died'],
    );
  });

  it('a restarted Crane finds what runs', async () => {
    const runtime = prepare();
    const { id } = await runtime.createInstance(specOf(runtime));
    const again = createMemoryRuntime({ engine: runtime.engine });
    assert.deepEqual(
      (await again.observeInstances('shop-1')).map((each) => each.id),
      [id],
    );
  });

  it('images can fail to start, end by themselves, or be absent from the registry', async () => {
    const runtime = prepare();
    runtime.controls.behave('web', { startError: 'exec: "/web": no such file' });
    const { id } = await runtime.createInstance(specOf(runtime));
    await assert.rejects(runtime.startInstance(id), { code: 'engine.failed', message: /no such file/ });
    runtime.controls.behave('web', { exits: { code: 2, afterMs: 0 } });
    await runtime.startInstance(id);
    assert.equal((await runtime.observeInstances(null))[0]?.exitCode, 2);
    await assert.rejects(runtime.resolveImage({ ref: 'far', pull: 'missing' }), { code: 'image.not_found' });
    runtime.controls.failPull('far');
    await assert.rejects(runtime.resolveImage({ ref: 'far', pull: 'missing' }), {
      code: 'image.pull_failed',
    });
    const imageId = runtime.controls.publishImage({ ref: 'far' });
    const found = await runtime.resolveImage({ ref: 'far', pull: 'missing' });
    assert.deepEqual(found, { ref: 'far', imageId, repoDigest: imageId });
  });

  it('an instance out of memory says so', async () => {
    const runtime = prepare();
    const { id } = await runtime.createInstance(specOf(runtime));
    await runtime.startInstance(id);
    runtime.controls.runOutOfMemory(id);
    const [instance] = await runtime.observeInstances(null);
    assert.deepEqual([instance?.exitCode, instance?.isOomKilled], [137, true]);
  });
});
