/** What one instance has used since it started, at one moment, as its runtime counts. Every counter begins with the start. */
export type UsageSample = {
  /** Milliseconds since the epoch, by the runtime's clock. */
  at: number;
  cpuSeconds: number;
  /** How long it had work and was held back by its CPU limit. */
  cpuThrottledSeconds: number;
  /** Null: no limit. 1 = one core. */
  cpuLimitCores: number | null;
  /** The working set: without file pages that can be given back at once. */
  memoryBytes: number;
  memoryLimitBytes: number | null;
  receivedBytes: number;
  sentBytes: number;
  readBytes: number;
  writtenBytes: number;
  /** Processes and threads now. */
  pids: number;
};

/** A sample, and what only several of them tell. */
export type Usage = UsageSample & {
  /** Cores used over the last three seconds; null before there is anything to compare. */
  cpuCores: number | null;
};

/** The usage of one instance that runs, or why there is none. Missing is a case, never zero. */
export type UsageReading = {
  /** `web-3-1` */
  instance: string;
  service: string;
  release: number;
  slot: number;
  /** How often it was started again or replaced because it had failed, since Crane began to watch it. */
  restarts: number;
} & ({ kind: 'value'; usage: Usage } | { kind: 'missing'; reason: string });

/** Counters that only grow, summed over instances. */
export type UsageCounters = Pick<
  UsageSample,
  'cpuSeconds' | 'cpuThrottledSeconds' | 'receivedBytes' | 'sentBytes' | 'readBytes' | 'writtenBytes'
>;

/** What a service's instances used together while Crane watched, those that are gone included. */
export type ServiceUsage = UsageCounters & { service: string; restarts: number };

export type AppUsage = {
  instances: readonly UsageReading[];
  services: readonly ServiceUsage[];
};

/** Of its CPU limit, or of one core when it has none, 0..100; null while the CPU is not measured. */
export function cpuPercentOf({ cpuCores, cpuLimitCores }: Usage): number | null {
  return cpuCores === null ? null : (100 * cpuCores) / (cpuLimitCores ?? 1);
}

/** Of its memory limit, 0..100; without a limit there is no percentage. */
export function memoryPercentOf({ memoryBytes, memoryLimitBytes }: Usage): number | null {
  return memoryLimitBytes === null ? null : (100 * memoryBytes) / memoryLimitBytes;
}
