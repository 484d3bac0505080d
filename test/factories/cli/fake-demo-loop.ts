import { setTimeout as wait } from 'node:timers/promises';
import type { Api } from '../../../src/cli/calls/api.ts';
import type { Probe } from '../../../src/cli/probe-url.ts';
import {
  app as sampleApp,
  decision,
  instance,
  okPart,
  operation as sampleOperation,
  report,
  user,
} from './sample-documents.ts';
import type {
  AppView,
  FeedEventView,
  OperationEventView,
  OperationView,
} from '../../../src/cli/calls/views.ts';

export const partNames = ['docker', 'traefik', 'prometheus', 'alertmanager', 'opa', 'trivy'] as const;

export type Fault = 'none' | 'no-alert' | 'no-heal' | 'deployment-fails';

/** A control plane that plays the whole loop in a few hundred milliseconds, with one fault. */
export function createFakeLoop(fault: Fault, isKnown = false) {
  const feedEvents: FeedEventView[] = [];
  const listeners = new Set<() => void>();
  const state = {
    replicas: isKnown ? 3 : 1,
    ready: isKnown ? 3 : 0,
    instance: 'one',
    isUp: isKnown,
    exists: isKnown,
  };
  const calls: string[] = [];
  const name = 'whoami-1';

  function tell(kind: string, text: string, data: Record<string, unknown> = {}): void {
    feedEvents.push({ seq: feedEvents.length + 1, at: Date.now(), kind, app: name, text, data });
    for (const listener of listeners) listener();
  }
  const app = (): AppView => ({
    ...sampleApp,
    name: 'whoami',
    uniqueName: name,
    url: state.exists ? 'http://whoami-1.localhost:8080' : null,
    services: sampleApp.services.map((service) => ({
      ...service,
      replicas: state.replicas,
      ready: state.ready,
    })),
  });
  const operation = (kind: 'deploy' | 'scale' | 'load'): OperationView => ({
    ...sampleOperation,
    id: `op-${kind}`,
    kind,
  });
  const step = (name: string, data: Record<string, unknown> = {}): OperationEventView => ({
    seq: 1,
    at: Date.now(),
    step: name,
    state: name === 'end' ? 'done' : 'progress',
    text: name,
    data,
  });

  async function* deployment(): AsyncIterable<OperationEventView> {
    yield step('image.web');
    tell('scan.done', 'web: clean', { state: 'clean', packages: 7 });
    state.exists = true;
    state.isUp = true;
    state.ready = state.replicas;
    tell('instance.ready', 'web-1-1 answers');
    await wait(20);
    tell('deployment.done', 'runs');
    yield step('end');
  }
  async function* load(): AsyncIterable<OperationEventView> {
    tell('load.started', '200/s');
    yield step('load', { ratePerSecond: 200, elapsedMs: 0, instances: ['one'], lost: 0, p99Ms: 3 });
    if (fault !== 'no-alert') tell('alert.firing', 'CraneScaleRequests fires');
    tell('decision', 'held', { verdict: 'hold', decision: 'd-0' });
    tell('decision', 'Scaled from 1 to 3', { verdict: 'scale-out', decision: 'd-1' });
    Object.assign(state, { replicas: 3, ready: 3 });
    tell('instance.ready', 'web-1-2 answers');
    yield step('load', { ratePerSecond: 200, elapsedMs: 700, instances: ['one', 'two'], lost: 0, p99Ms: 3 });
    await wait(600);
    tell('load.ended', 'done');
    void wait(50).then(() => {
      tell('decision', 'Scaled from 3 to 1', { verdict: 'scale-in', decision: 'd-2' });
      Object.assign(state, { replicas: 1, ready: 1 });
    });
    yield step('end');
  }
  const refuse = async (): Promise<never> => Promise.reject(new Error('not asked in the demo'));
  const api: Api = {
    url: 'http://127.0.0.1:7070',
    exec: refuse,
    run: refuse,
    processes: refuse,
    chaos: { start: refuse, list: refuse },
    cost: { report: refuse, prices: refuse, setPrices: refuse },
    labs: { list: refuse, show: refuse, start: refuse, hint: refuse, answer: refuse, board: refuse },
    delivery: {
      patch: refuse,
      hooks: refuse,
      createHook: refuse,
      removeHook: refuse,
      webhooks: refuse,
      addWebhook: refuse,
      removeWebhook: refuse,
      enableWebhook: refuse,
      deliveries: refuse,
    },
    alerts: { sources: refuse, addSource: refuse, removeSource: refuse, preview: refuse },
    silences: { list: refuse, add: refuse, end: refuse, beginMaintenance: refuse, endMaintenance: refuse },
    notify: {
      targets: refuse,
      addTarget: refuse,
      removeTarget: refuse,
      testTarget: refuse,
      messages: refuse,
      inbox: refuse,
      markRead: refuse,
      followInbox: async function* () {
        yield await refuse();
      },
    },
    ports: refuse,
    writeFiles: refuse,
    readFiles: async function* () {
      yield await refuse();
    },
    setUp: refuse,
    createToken: refuse,
    weighCanary: refuse,
    abortCanary: refuse,
    promoteCanary: refuse,
    pause: refuse,
    resume: refuse,
    stop: refuse,
    start: refuse,
    restart: refuse,
    remove: refuse,
    releases: refuse,
    plan: refuse,
    sendContext: refuse,
    build: refuse,
    pull: refuse,
    images: refuse,
    policies: {
      show: refuse,
      judge: refuse,
      state: refuse,
      revisions: refuse,
      revision: refuse,
      activations: refuse,
      save: refuse,
      activate: refuse,
      rollback: refuse,
      bounds: refuse,
      setBounds: refuse,
    },
    admission: {
      check: refuse,
      records: refuse,
      policies: refuse,
      change: refuse,
      exceptions: refuse,
      except: refuse,
      endException: refuse,
      waivers: refuse,
      waive: refuse,
      endWaiver: refuse,
      scans: refuse,
      exportScans: refuse,
      database: refuse,
      importDatabase: refuse,
      rotateKey: refuse,
      secrets: refuse,
      setSecret: refuse,
      removeSecret: refuse,
    },
    people: {
      users: refuse,
      add: refuse,
      change: refuse,
      remove: refuse,
      resetPassword: refuse,
      changePassword: refuse,
      registration: refuse,
      setRegistration: refuse,
      invite: refuse,
      invitations: refuse,
      withdraw: refuse,
      register: refuse,
      logIn: refuse,
      logins: refuse,
      endLogin: refuse,
      audit: refuse,
      auditProof: refuse,
      groups: refuse,
      addGroup: refuse,
      removeGroup: refuse,
      setMember: refuse,
      share: refuse,
      tokens: refuse,
      addToken: refuse,
      myQuota: refuse,
      quota: refuse,
      setQuota: refuse,
      defaultQuota: refuse,
      setDefaultQuota: refuse,
      revokeToken: refuse,
    },
    factors: {
      mine: refuse,
      begin: refuse,
      confirm: refuse,
      renew: refuse,
      end: refuse,
      reset: refuse,
    },
    authority: { show: refuse, renew: refuse },
    rules: {
      list: refuse,
      add: refuse,
      remove: refuse,
      preview: refuse,
      history: refuse,
      rollback: refuse,
    },
    scaling: {
      setMode: refuse,
      auto: refuse,
      schedules: refuse,
      addSchedule: refuse,
      removeSchedule: refuse,
      replay: refuse,
      replayMany: refuse,
      simulate: refuse,
    },
    check: refuse,
    rollback: refuse,
    rename: refuse,
    transfer: refuse,
    clone: refuse,
    bundle: refuse,
    archive: refuse,
    compose: refuse,
    importArchive: refuse,
    decision: refuse,
    logs: () => {
      throw new Error('not asked in the demo');
    },
    stats: refuse,
    followStats: () => {
      throw new Error('not asked in the demo');
    },
    me: async () => Promise.resolve(user),
    status: async () =>
      Promise.resolve({
        version: '1',
        startedAt: 0,
        apps: 0,
        instances: 0,
        parts: partNames.map((part) => ({ ...okPart, name: part })),
      }),
    apps: async () => Promise.resolve(state.exists ? [app()] : []),
    app: async () => Promise.resolve(app()),
    instances: async () => Promise.resolve(Array.from({ length: state.ready }, () => instance)),
    create: async () => {
      calls.push('create');
      return Promise.resolve({ app: { ...app(), url: null }, operation: operation('deploy'), warnings: [] });
    },
    redeploy: async (ref) => {
      calls.push(`redeploy ${ref}`);
      return Promise.resolve({ app: app(), operation: operation('deploy'), warnings: [] });
    },
    scale: async (ref, replicas) => {
      calls.push(`scale ${ref} ${JSON.stringify(replicas)}`);
      Object.assign(state, { replicas: 1, ready: 1 });
      return Promise.resolve({ operation: operation('scale') });
    },
    startLoad: async (_ref, request) => {
      calls.push(`load ${request.phases[0]?.toRate}`);
      return Promise.resolve({ id: 'load-1', operation: operation('load') });
    },
    load: async () =>
      Promise.resolve({
        ...report,
        requests: 4000,
        lost: 0,
        lostByKind: {},
        p50Ms: 1,
        p99Ms: 3,
        firstNewReplicaMs: 700,
      }),
    decisions: async () =>
      Promise.resolve([{ ...decision, at: Date.now() }, { ...decision, at: Date.now() }, decision]),
    operation: async (id) => {
      const kind = operation(id === 'op-load' ? 'load' : id === 'op-scale' ? 'scale' : 'deploy');
      if (fault !== 'deployment-fails' || kind.kind !== 'deploy') return Promise.resolve(kind);
      return Promise.resolve({
        ...kind,
        status: 'failed',
        error: { code: 'deployment.failed', message: 'web exited with code 1' },
      });
    },
    cancel: async () => Promise.resolve(),
    operationEvents: (id) => (id === 'op-load' ? load() : id === 'op-deploy' ? deployment() : endOnly()),
    async *feed(_after, signal) {
      let next = feedEvents.length;
      while (!signal.aborted) {
        for (let event = feedEvents[next]; event !== undefined; event = feedEvents[next]) {
          next += 1;
          yield event;
        }
        const { promise, resolve } = Promise.withResolvers<void>();
        listeners.add(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
        await promise;
        listeners.delete(resolve);
      }
    },
  };
  async function* endOnly(): AsyncIterable<OperationEventView> {
    yield Promise.resolve(step('end'));
  }
  function crash(): void {
    state.isUp = false;
    tell('instance.failed', 'web-1-1 exited with code 1');
    if (fault === 'no-heal') return;
    void wait(60).then(() => {
      Object.assign(state, { isUp: true, instance: 'three' });
      tell('decision', 'web-1-1 exited', { verdict: 'replace', decision: 'd-3' });
      tell('instance.ready', 'web-1-1 answers');
      tell('heal.done', 'web is whole again');
    });
  }
  const probe = async (_url: string, path: string): Promise<Probe | null> => {
    const answer = {
      status: state.isUp ? 200 : 502,
      instance: state.isUp ? state.instance : null,
      tookMs: 1,
    };
    if (path.startsWith('/fail')) crash();
    return Promise.resolve(answer);
  };
  return { api, probe, calls };
}
