import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../core/port/clock.ts';
import { describeSessionContract } from '../session-contract.ts';
import { createMemoryRuntime } from './memory-runtime.ts';

const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  wait: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};

describeSessionContract('commands in instances of the memory runtime', async () => {
  const runtime = createMemoryRuntime({ clock: realClock });
  const image = runtime.controls.addImage({ ref: 'web' });
  let slot = 0;
  const create = async (program: readonly string[], _isBare = false, isOneOff = false): Promise<string> => {
    slot += 1;
    const { id } = await runtime.createInstance({
      name: `crane-shop-1-web-1-${slot}`,
      specHash: 'h',
      moreNetworks: {},
      create: {
        Image: image,
        Cmd: [...program],
        Labels: {
          'crane.app': 'shop-1',
          'crane.service': 'web',
          'crane.release': '1',
          ...(isOneOff ? { 'crane.run': 'r' } : { 'crane.slot': String(slot) }),
        },
        HostConfig: { NetworkMode: 'none' },
      },
    });
    return id;
  };
  return {
    runtime,
    other: createMemoryRuntime({ engine: runtime.engine, installation: 'other' }),
    create,
    start: async () => {
      const id = await create(['sleep']);
      await runtime.startInstance(id);
      return id;
    },
    program: [],
    close: async () => undefined,
  };
});
