import type { QuotaStateView } from '../../../src/cli/calls/people-calls.ts';
/** Documents of the right shapes for tests: an app, an operation, a decision and what belongs to them. */
import type { RuleSetView } from '../../../src/cli/calls/rule-calls.ts';
import type { ReplayView, ScheduleView, SimulationView } from '../../../src/cli/calls/scaling-calls.ts';
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
} from '../../../src/cli/calls/views.ts';

export const user: UserView = { id: 1, name: 'ann', role: 'admin', createdAt: 0 };

export const schedule: ScheduleView = {
  id: 2,
  service: 'web',
  cron: '0 8 * * 1-5',
  timeZone: 'Europe/Vienna',
  durationMs: 36_000_000,
  min: 3,
  max: 8,
  createdBy: 'ann',
  createdAt: 0,
  open: null,
  opensAt: 1_782_799_200_000,
};

const outcome = {
  policyRevision: 'abc',
  wish: '4',
  reason: '190 req/s',
  to: 3,
  clamps: [{ bound: 'max', from: 4, to: 3, text: 'capped by max 3' }],
};
export const replay: ReplayView = {
  id: 'd-1',
  at: 0,
  app: 'shop-1',
  service: 'web',
  family: 'scaling',
  edits: { 'bounds.max': 9 },
  recorded: outcome,
  replayed: { ...outcome, to: 4, clamps: [] },
  isSame: false,
  differences: ['replicas: 3 → 4'],
};

export const simulation: SimulationView = {
  app: 'shop-1',
  service: 'web',
  policyRevision: 'abc',
  stepMs: 1_000,
  min: 1,
  max: 3,
  summary: {
    durationMs: 1_000,
    changes: 1,
    most: 3,
    least: 1,
    replicaHours: 0.001,
    replicaHoursAtMax: 0.002,
  },
  steps: [
    { atMs: 0, load: { requestsPerSecond: 10 }, replicas: 1, ready: 1, evaluated: null },
    {
      atMs: 1_000,
      load: { requestsPerSecond: 1_900 },
      replicas: 3,
      ready: 1,
      evaluated: { from: 1, wish: 38, reason: 'busy', clamps: outcome.clamps },
    },
  ],
};

export const ruleSet: RuleSetView = {
  version: 2,
  rules: [
    {
      kind: 'preset',
      name: 'slow',
      service: 'web',
      preset: 'p95',
      above: 300,
      forMs: 30_000,
      severity: 'warning',
    },
  ],
  note: 'added slow',
  by: 'ann',
  at: 0,
};

export const app: AppView = {
  id: 1,
  name: 'shop',
  uniqueName: 'shop-1',
  engineName: 'shop-1',
  owner: 'ann',
  state: 'running',
  reason: null,
  url: null,
  release: 1,
  canary: null,
  paused: null,
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
      modeBy: null,
      override: null,
      window: null,
      networks: [],
      volumes: [],
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
  steering: null,
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

const limits = { apps: 5, instances: null, cpus: 2, memoryBytes: 4 * 1024 ** 3, ports: 50, volumes: 50 };
export const quotaState: QuotaStateView = {
  quota: limits,
  own: { apps: 5, cpus: 2 },
  used: { apps: 2, instances: 3, cpus: 1.5, memoryBytes: 3 * 1024 ** 2, ports: 0, volumes: 0 },
};
