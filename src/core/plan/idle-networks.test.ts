import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { InstanceFacts } from './instance-facts.ts';
import { idleNetworks } from './idle-networks.ts';
import type { AppDesire } from './app-desire.ts';
import type { ServiceDesire } from './service-desire.ts';

const service = (networks: string[]): ServiceDesire => ({
  service: 'web',
  isCanary: false,
  replicas: 1,
  release: 2,
  minRelease: 0,
  specHash: 'h',
  makeSpec: () => ({
    name: 'n',
    create: { Image: 'i', Labels: {}, HostConfig: {} },
    moreNetworks: {},
    specHash: 'h',
  }),
  prefix: 'crane',
  networks,
  isPaused: false,
  order: 'start-first',
  parallelism: 0,
  monitorMs: 0,
  graceMs: null,
  canComplete: false,
  isHealed: true,
  waitsFor: [],
  retireReason: 'scale-in',
});
const desire = (
  change: Partial<AppDesire> = {},
): Pick<AppDesire, 'intent' | 'services' | 'canary' | 'routes' | 'networks'> => ({
  intent: 'running',
  services: [service(['new'])],
  canary: null,
  routes: [],
  networks: ['new'],
  ...change,
});
const on = (addresses: Record<string, string>): InstanceFacts => ({
  app: 'shop-1',
  service: 'web',
  release: 1,
  slot: 1,
  id: 'i',
  name: 'n',
  state: 'exited',
  health: 'none',
  exitCode: 0,
  isOomKilled: false,
  startedAt: 1,
  finishedAt: 2,
  createdAt: 1,
  specHash: 'h',
  imageId: 'i',
  addresses,
  isReady: false,
  readySince: null,
  busy: null,
  complaint: null,
  isStoppedOutside: false,
  healing: null,
  notBefore: null,
});
const networks = new Set(['old', 'new']);

describe('idleNetworks', () => {
  it('names what no release, canary, route or instance stands on', () => {
    assert.deepEqual(idleNetworks(desire(), { instances: [on({ new: '10.0.0.2' })], networks }), ['old']);
  });

  it('waits for the last instance, a stopped one too', () => {
    assert.deepEqual(idleNetworks(desire(), { instances: [on({ old: '' })], networks }), []);
  });

  it('keeps what a canary stands on', () => {
    const canary = { weight: 10, services: [service(['old'])], routes: [] };
    assert.deepEqual(idleNetworks(desire({ canary }), { instances: [], networks }), []);
  });

  it('leaves an app alone that is stopped, is being deleted, or has no release', () => {
    for (const change of [{ intent: 'stopped' }, { intent: 'deleted' }, { services: [] }] as const)
      assert.deepEqual(idleNetworks(desire(change), { instances: [], networks }), []);
  });
});
