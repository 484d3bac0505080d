import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../src/core/port/clock.ts';
import { createMemoryRuntime, type MemoryRuntime } from '../../src/runtime/memory/memory-runtime.ts';

export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  wait: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};

type Identity = { app?: string; service?: string; release?: number; slot: number };

/** The memory runtime with an image, and a way to start instances of `shop-1` in it. */
export function memoryWorld(): {
  runtime: MemoryRuntime;
  image: string;
  add: (of: Identity) => Promise<string>;
} {
  const runtime = createMemoryRuntime({ clock: realClock });
  const image = runtime.controls.addImage({ ref: 'crane/whoami:1' });
  const add = async ({ app = 'shop-1', service = 'web', release = 1, slot }: Identity): Promise<string> => {
    const { id } = await runtime.createInstance({
      name: `crane-${app}-${service}-${release}-${slot}`,
      specHash: 'h',
      moreNetworks: {},
      create: {
        Image: image,
        Labels: {
          'crane.app': app,
          'crane.service': service,
          'crane.release': String(release),
          'crane.slot': String(slot),
          'crane.spec': 'h',
        },
        HostConfig: { NetworkMode: 'none' },
      },
    });
    await runtime.startInstance(id);
    return id;
  };
  return { runtime, image, add };
}
