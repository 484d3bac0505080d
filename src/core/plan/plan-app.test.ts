import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { InstanceFacts } from './instance-facts.ts';
import { planApp } from './plan-app.ts';
import type { AppDesire, AppFacts } from './app-desire.ts';
import type { ServiceDesire } from './service-desire.ts';

function service(name: string, change: Partial<ServiceDesire> = {}): ServiceDesire {
  return {
    service: name,
    isCanary: false,
    replicas: 1,
    release: 1,
    minRelease: 0,
    specHash: 'h',
    makeSpec: (slot) => ({
      name: `crane-shop-1-${name}-1-${slot}`,
      create: { Image: 'i', Labels: {}, HostConfig: {} },
      moreNetworks: {},
      specHash: 'h',
    }),
    prefix: 'crane',
    networks: ['net'],
    isPaused: false,
    order: 'start-first',
    parallelism: 0,
    monitorMs: 1_000,
    graceMs: null,
    canComplete: false,
    isHealed: true,
    waitsFor: [],
    retireReason: 'scale-in',
    ...change,
  };
}

function instance(name: string, slot: number, change: Partial<InstanceFacts> = {}): InstanceFacts {
  return {
    app: 'shop-1',
    service: name,
    release: 1,
    slot,
    id: `${name}${slot}`,
    name: `crane-shop-1-${name}-1-${slot}`,
    state: 'running',
    health: 'none',
    exitCode: null,
    isOomKilled: false,
    startedAt: 1,
    finishedAt: null,
    createdAt: 1,
    specHash: 'h',
    imageId: 'i',
    addresses: { net: `10.0.0.${slot}` },
    isReady: true,
    readySince: -1_000,
    busy: null,
    complaint: null,
    isStoppedOutside: false,
    healing: null,
    notBefore: null,
    ...change,
  };
}

const route = {
  isCanary: false,
  service: 'web',
  hosts: ['shop-1.localhost'],
  path: '/',
  port: 80,
  isStripped: false,
  isSticky: false,
  tls: 'off' as const,
  rateLimit: null,
  network: 'net',
};

function desire(change: Partial<AppDesire> = {}): AppDesire {
  return {
    app: 'shop-1',
    canary: null,
    intent: 'running',
    services: [service('db'), service('web')],
    routes: [route],
    networks: ['net'],
    volumes: ['data'],
    dependents: { db: ['web'] },
    ...change,
  };
}

function facts(instances: InstanceFacts[], change: Partial<AppFacts> = {}): AppFacts {
  return {
    instances,
    pendingSlots: {},
    networks: new Set(['net']),
    routerNetworks: new Set(['net']),
    volumes: new Set(['data']),
    ...change,
  };
}

const stopping = (name: string, change: Partial<ServiceDesire> = {}): ServiceDesire =>
  service(name, { replicas: 0, retireReason: 'stopped', ...change });

describe('planApp', () => {
  it('routes who answers, by address, and names who is behind the routes', () => {
    const plan = planApp(
      desire(),
      facts([instance('db', 1), instance('web', 2), instance('web', 1, { isReady: false })]),
      0,
    );
    assert.deepEqual(plan.routes.routes[0]?.backends, [{ instance: 'web-1-2', url: 'http://10.0.0.2:80' }]);
    assert.deepEqual([...plan.routed], [['web2', 'web-1-2']]);
  });

  it('is settled when nothing is left to do', () => {
    assert.equal(planApp(desire(), facts([instance('db', 1), instance('web', 1)]), 0).isSettled, true);
  });

  it('lays the ground first: networks, volumes, the router', () => {
    const none = new Set<string>();
    const { ground } = planApp(
      desire(),
      facts([], { networks: none, volumes: none, routerNetworks: none }),
      0,
    );
    assert.deepEqual(
      ground.map((step) => step.kind),
      ['ensureNetwork', 'ensureVolume', 'attachRouter'],
    );
  });

  it('needs no ground to stop', () => {
    const empty = desire({ intent: 'stopped', services: [stopping('db'), stopping('web')] });
    assert.deepEqual(planApp(empty, facts([], { networks: new Set() }), 0).ground, []);
  });

  it('stops in reverse order: what others need goes after them', () => {
    const down = desire({ intent: 'stopped', services: [stopping('db'), stopping('web')] });
    const both = [instance('db', 1), instance('web', 1)];
    const kinds = (instances: InstanceFacts[]): string[] =>
      planApp(down, facts(instances), 0).steps.map((step) => `${step.kind} ${step.service}`);
    assert.deepEqual(kinds(both), ['retireInstance web']);
    assert.deepEqual(kinds([instance('db', 1), instance('web', 1, { busy: 'retiring' })]), []);
    assert.deepEqual(kinds([instance('db', 1)]), ['retireInstance db']);
  });

  it('removes what belongs to no service, once, and says why', () => {
    const stranger = instance('old', 1);
    const plan = planApp(desire({ services: [] }), facts([stranger]), 0);
    assert.deepEqual(
      plan.steps.map((step) => [step.kind, 'why' in step && step.why]),
      [['retireInstance', 'not-wanted']],
    );
    assert.equal(plan.isSettled, false);
    const dead = planApp(desire({ services: [] }), facts([{ ...stranger, state: 'exited' }]), 0);
    assert.equal(dead.steps[0]?.kind, 'removeInstance');
    const busy = planApp(desire({ services: [] }), facts([{ ...stranger, busy: 'retiring' }]), 0);
    assert.deepEqual([busy.steps.length, busy.isSettled], [0, false]);
  });

  it('waits before it tries again to remove what belongs to no service', () => {
    const stranger = instance('old', 1, { notBefore: 10 });
    const plan = planApp(desire({ services: [] }), facts([stranger]), 5);
    assert.deepEqual([plan.steps.length, plan.wakeAt], [0, 10]);
  });

  it('is not settled while an instance of a service it no longer has is being made', () => {
    const pendingSlots = { old: new Set([1]) };
    const gone = desire({ intent: 'deleted', services: [], routes: [] });
    assert.equal(planApp(gone, facts([], { pendingSlots }), 0).isSettled, false);
    assert.equal(planApp(gone, facts([]), 0).isSettled, true);
  });

  it('wakes at the earliest end of a wait', () => {
    const dead = { state: 'exited', exitCode: 1, isReady: false } as const;
    const plan = planApp(
      desire(),
      facts([
        instance('db', 1, { ...dead, healing: { at: 30, restarts: 1, isGivenUp: false } }),
        instance('web', 1, { ...dead, healing: { at: 20, restarts: 1, isGivenUp: false } }),
      ]),
      10,
    );
    assert.equal(plan.wakeAt, 20);
  });
});
