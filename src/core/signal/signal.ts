/** What a service can be scaled by. Values and targets share the unit. */
export const signalNames = [
  'requestsPerSecond', // per replica
  'p95Ms', // milliseconds
  'errorRate', // 0..1, share of 5xx
  'inFlight', // open requests per replica
  'cpuPercent', // of one replica's CPU limit (of one core when unlimited), 0..100
  'memoryPercent', // of one replica's memory limit, 0..100
] as const;

/** Work that replicas share: the sum over all of them does not depend on how many there are. */
export const sharedSignals: ReadonlySet<SignalName> = new Set<SignalName>([
  'requestsPerSecond',
  'inFlight',
  'cpuPercent',
  'memoryPercent',
]);

export type SignalName = (typeof signalNames)[number];

/** A reading, or explicitly why there is none. Missing is a case, never zero. */
export type Signal =
  | {
      kind: 'value';
      name: SignalName;
      value: number;
      /** Age of the newest sample, seconds. */ ageSeconds: number;
      query: string;
    }
  | { kind: 'missing'; name: SignalName; reason: string; query: string };
