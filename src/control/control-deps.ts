import type { BuilderChoice } from '../core/build/choose-builder.ts';
import type { BuildContexts } from '../core/port/build-contexts.ts';
import type { Certificates } from '../core/port/certificates.ts';
import type { Clock } from '../core/port/clock.ts';
import type { HostFacts } from '../core/port/host-facts.ts';
import type { Log } from '../core/port/log.ts';
import type { AlertRules, Metrics } from '../core/port/metrics.ts';
import type { Parts } from '../core/port/parts.ts';
import type { PolicyEngine } from '../core/port/policy.ts';
import type { Probe } from '../core/port/probe.ts';
import type { Proxy } from '../core/port/proxy.ts';
import type { Runtime } from '../core/port/runtime.ts';
import type { Scanner } from '../core/port/scanner.ts';
import type { SecretFiles } from '../core/port/secret-files.ts';
import type { Store } from '../core/port/store.ts';
import type { WorkFiles } from '../core/port/work-files.ts';
import type { LoadGenerator } from '../core/load/load.ts';
import type { PassCrashPoint } from './crash-point.ts';

/** Times of the loops, all in milliseconds. */
export type ControlSettings = {
  /** First part of the names of containers, networks, volumes. */
  prefix: string;
  /** The published ports of the router, for addresses shown to people. */
  routerPort: number;
  tlsPort: number;
  /** The router's container, to be attached to the networks of routed services. */
  routerContainer: string;
  /** Where the router sends requests for what sleeps, `http://address:port`. */
  wakerUrl: string;
  /** CIDR that networks of apps are allotted from, and what other use of it is known. */
  subnetRange: string;
  /** Pace of the autoscaler while an alert fires or more than the minimum runs. */
  fastLoopMs: number;
  slowLoopMs: number;
  /** A full look at every app, for what events missed. */
  fullLookMs: number;
  /** Between the router's confirmation and the stop signal. */
  drainMs: number;
  /** A deployment is stable when nothing failed for this long after all was ready. */
  monitorMs: number;
  deployTimeoutMs: number;
  /** So many of an app's newest releases are kept, beside those in use. */
  keptReleases: number;
  /** The most that a step of a build may use; `cpuShare` 1 = all processors. */
  build: { memoryBytes: number; cpuShare: number; timeoutMs: number; builder: BuilderChoice };
  /** One network is made ahead of the next new app. */
  hasSpareNetwork: boolean;
  /** Effects on the engine under way at once. */
  parallelEffects: number;
};

export type ControlDeps = {
  store: Store;
  runtime: Runtime;
  proxy: Proxy;
  certificates: Certificates;
  metrics: Metrics;
  rules: AlertRules;
  policy: PolicyEngine;
  host: HostFacts;
  secretFiles: SecretFiles;
  scanner: Scanner;
  loads: LoadGenerator;
  parts: Parts;
  probe: Probe;
  workFiles: WorkFiles;
  contexts: BuildContexts;
  clock: Clock;
  log: Log;
  newId: (prefix: string) => string;
  crashPoint: PassCrashPoint;
  settings: ControlSettings;
};
