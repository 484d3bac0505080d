import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chooseInstance } from './choose-instance.ts';
import type { ObservedInstance } from './instance.ts';

const one = (change: Partial<ObservedInstance>): ObservedInstance => ({
  app: 'shop-1',
  service: 'web',
  release: 1,
  slot: 1,
  id: 'a',
  name: 'crane-shop-1-web-1-1',
  state: 'running',
  health: 'none',
  exitCode: null,
  isOomKilled: false,
  startedAt: 1,
  finishedAt: null,
  createdAt: 1,
  specHash: 'h',
  imageId: 'i',
  addresses: {},
  ...change,
});
const ask = (
  instances: ObservedInstance[],
  change: { service?: string; slot?: number; services?: string[] } = {},
) =>
  chooseInstance({
    app: 'shop-1',
    services: change.services ?? ['web'],
    instances,
    service: change.service ?? null,
    slot: change.slot ?? null,
  });

describe('the instance a person works in', () => {
  it('is the lowest slot of the newest release that is healthy', () => {
    const sick = one({ id: 'sick', release: 2, health: 'unhealthy' });
    const old = one({ id: 'old' });
    const second = one({ id: 'second', release: 2, slot: 2 });
    const third = one({ id: 'third', release: 2, slot: 3 });
    assert.equal(ask([third, sick, old, second]).id, 'second');
    assert.equal(ask([sick]).id, 'sick');
  });

  it('is the one of the slot that was named, and it must run', () => {
    assert.equal(ask([one({}), one({ id: 'b', slot: 2 })], { slot: 2 }).id, 'b');
    assert.throws(() => ask([one({}), one({ slot: 2, state: 'exited' })], { slot: 2 }), {
      code: 'instance.not_running',
      message: 'Instance 2 of web does not run in shop-1.',
    });
    assert.throws(() => ask([]), { code: 'instance.not_running' });
  });

  it('needs the name of the service where an app has several', () => {
    const instances = [one({}), one({ service: 'db', id: 'db' })];
    assert.equal(ask(instances, { services: ['web', 'db'], service: 'db' }).id, 'db');
    assert.throws(() => ask(instances, { services: ['web', 'db'] }), {
      code: 'input.invalid',
      message: 'shop-1 has 2 services; say in which one.',
    });
  });
});
