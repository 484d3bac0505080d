import type { LabRecords } from '../../src/core/lab/lab-records.ts';
import type { Alert } from '../../src/core/alert/alert.ts';
import type { Decision } from '../../src/core/decision/decision.ts';
import type { LoadReport, LoadSpec } from '../../src/core/load/load.ts';
import type { ScanReport } from '../../src/core/scan/scan.ts';
import type { ObservedInstance } from '../../src/core/service/instance.ts';
import type { Usage, UsageReading } from '../../src/core/usage/usage.ts';

/** Plausible values of the core's records; give what the test is about. */
export function someAlert(change: Partial<Alert> = {}): Alert {
  return {
    fingerprint: 'f1',
    status: 'firing',
    name: 'CraneScaleRequestsPerSecond',
    severity: 'warning',
    labels: { app: 'shop-1', service: 'web', signal: 'requestsPerSecond' },
    annotations: { summary: 'busy' },
    startsAt: 10_000,
    endsAt: null,
    ...change,
  };
}

export function someDecision(change: Partial<Decision> = {}): Decision {
  const at = change.at ?? 10_000;
  return {
    id: `d-${at}`,
    at,
    appId: 1,
    app: 'shop-1',
    service: 'web',
    family: 'scaling',
    trigger: 'alert',
    verdict: 'scale-out',
    from: 1,
    to: 3,
    reason: '120 requests per second are more than 50 per replica',
    policyRevision: 'r1',
    bounds: { min: 1, max: 3 },
    clamps: [{ bound: 'max', from: 4, to: 3, text: 'at most 3 replicas' }],
    steering: null,
    alert: someAlert(),
    question: null,
    answer: { target: 4, reason: 'busy', perSignal: { requestsPerSecond: 4 }, policyRevision: 'r1' },
    effect: { status: 'pending', instances: [], tookMs: null, error: null },
    repeats: 0,
    lastAt: at,
    ...change,
  };
}

export function someInstance(change: Partial<ObservedInstance> = {}): ObservedInstance {
  return {
    app: 'shop-1',
    service: 'web',
    release: 1,
    slot: 1,
    id: 'c1',
    name: 'crane-shop-1-web-1-1',
    state: 'running',
    health: 'none',
    exitCode: null,
    isOomKilled: false,
    startedAt: 1,
    finishedAt: null,
    createdAt: 1,
    specHash: 'h',
    imageId: 'sha256:aa',
    addresses: {},
    ...change,
  };
}

export function someScan(change: Partial<ScanReport> = {}): ScanReport {
  return {
    imageId: 'sha256:aa',
    state: 'findings',
    packages: 12,
    findings: [
      {
        id: 'CVE-2024-0001',
        severity: 'HIGH',
        package: 'openssl',
        installed: '3.0.1',
        fixed: '3.0.2',
        title: 'a flaw',
        url: null,
      },
    ],
    sbom: '{"bomFormat":"CycloneDX"}',
    scanner: 'trivy 0.74.0',
    databaseAt: 9_000,
    reason: null,
    startedAt: 10_000,
    tookMs: 250,
    ...change,
  };
}

export function someLoadSpec(change: Partial<LoadSpec> = {}): LoadSpec {
  return {
    url: 'http://127.0.0.1:8080/',
    host: 'shop-1.localhost',
    path: '/',
    method: 'GET',
    phases: [{ durationMs: 1_000, fromRate: 10, toRate: 10 }],
    connections: 50,
    timeoutMs: 5_000,
    ...change,
  };
}

export function someLoadReport(change: Partial<LoadReport> = {}): LoadReport {
  return {
    startedAt: 10_000,
    durationMs: 1_000,
    requests: 10,
    lost: 1,
    lostByKind: { timeout: 1 },
    p50Ms: 2,
    p90Ms: 4,
    p99Ms: 9,
    maxMs: 12,
    statuses: { '200': 9 },
    byInstance: { 'web-1-1': 9 },
    firstNewReplicaMs: null,
    series: [],
    ...change,
  };
}

export function someUsage(change: Partial<Usage> = {}): Usage {
  return {
    at: 10_000,
    cpuCores: 0.25,
    cpuSeconds: 12.5,
    cpuThrottledSeconds: 0.5,
    cpuLimitCores: 0.5,
    memoryBytes: 30_000_000,
    memoryLimitBytes: 120_000_000,
    receivedBytes: 2_000,
    sentBytes: 1_000,
    readBytes: 400,
    writtenBytes: 300,
    pids: 7,
    ...change,
  };
}

export function someReading(change: { slot?: number; usage?: Partial<Usage> } = {}): UsageReading {
  const slot = change.slot ?? 1;
  return {
    instance: `web-1-${slot}`,
    service: 'web',
    release: 1,
    slot,
    restarts: 2,
    kind: 'value',
    usage: someUsage(change.usage),
  };
}

/** What a learner has who did nothing. */
export const noLabRecords: LabRecords = {
  services: [],
  releases: [],
  operations: [],
  decisions: [],
  policies: [],
  rules: [],
  costs: [],
};
