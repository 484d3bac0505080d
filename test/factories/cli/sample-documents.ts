/** Documents of the right shapes for tests: an app, an operation, a decision and what belongs to them. */
import type {
  AppView,
  DecisionView,
  ExplanationView,
  InstanceView,
  LoadReportView,
  OperationView,
  PartView,
  StatusView,
  UsageReportView,
  UserView,
} from '../../../src/cli/views.ts';

export const user: UserView = { id: 1, name: 'ann', role: 'admin', createdAt: 0 };

export const app: AppView = {
  id: 1,
  name: 'shop',
  uniqueName: 'shop-1',
  owner: 'ann',
  state: 'running',
  reason: null,
  url: null,
  release: 1,
  revision: 1,
  createdAt: 0,
  services: [
    {
      name: 'web',
      image: 'web:1',
      replicas: 2,
      ready: 2,
      min: 1,
      max: 3,
      url: null,
      targets: {},
      mode: 'auto',
    },
  ],
};

export const instance: InstanceView = {
  instance: 'web-1-1',
  service: 'web',
  slot: 1,
  state: 'running',
  health: 'ready',
  release: 1,
  startedAt: 0,
  restarts: 0,
  isRouted: true,
  containerId: 'c',
};

export const usage: UsageReportView = {
  at: 0,
  instances: [
    {
      instance: 'web-1-1',
      service: 'web',
      restarts: 1,
      usage: {
        cpuCores: 0.251,
        cpuPercent: 50.2,
        memoryBytes: 31_457_280,
        memoryLimitBytes: 134_217_728,
        memoryPercent: 23.4,
        receivedBytes: 1_500,
        sentBytes: 2_500_000,
        readBytes: 0,
        writtenBytes: 4_096,
        pids: 7,
      },
      missing: null,
    },
    { instance: 'web-1-2', service: 'web', restarts: 0, usage: null, missing: 'not measured yet' },
  ],
};

export const operation: OperationView = {
  id: 'op-1',
  kind: 'deploy',
  appId: 1,
  userId: 1,
  status: 'succeeded',
  createdAt: 0,
  endedAt: 1,
  error: null,
  result: null,
};

export const decision: DecisionView = {
  id: 'd-1',
  at: 0,
  appId: 1,
  app: 'shop-1',
  service: 'web',
  family: 'scaling',
  trigger: 'alert',
  verdict: 'scale-out',
  from: 1,
  to: 3,
  reason: '200 req/s of 50 each',
  policyRevision: 'abc',
  bounds: { min: 1, max: 3 },
  clamps: [],
  alert: null,
  effect: { status: 'done', instances: [], tookMs: 500, error: null },
  repeats: 0,
  lastAt: 0,
};

const part = (title: string) => ({ title, text: `${title} text`, data: { title } });
export const explanation: ExplanationView = {
  decision,
  sentence: 'Scaled shop-1/web from 1 to 3: 200 req/s of 50 each.',
  parts: {
    signal: part('Signal'),
    alert: part('Alert'),
    policy: part('Policy'),
    bound: part('Bound'),
    effect: part('Effect'),
  },
};

export const report: LoadReportView = {
  startedAt: 0,
  durationMs: 2000,
  requests: 400,
  lost: 2,
  lostByKind: { reset: 2 },
  p50Ms: 1.234,
  p90Ms: 2,
  p99Ms: 30.5,
  maxMs: 44,
  statuses: { 200: 398 },
  byInstance: { one: 200, two: 198 },
  firstNewReplicaMs: 950,
  series: [{ atMs: 0, requests: 200, lost: 1, p50Ms: 1, p99Ms: 2, instances: 1 }],
};

export const okPart: PartView = {
  name: 'opa',
  state: 'ok',
  version: '1.2',
  since: 0,
  checkedAt: 0,
  reason: null,
  consequence: null,
  url: null,
};

export const status: StatusView = {
  version: '9.9.9',
  startedAt: 0,
  apps: 1,
  instances: 2,
  parts: [{ ...okPart, state: 'down', version: null, reason: 'refused', consequence: 'autoscaling holds' }],
};
