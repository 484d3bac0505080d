/** One stretch of a load: the rate goes linearly from `fromRate` to `toRate` requests per second. */
export type LoadPhase = { durationMs: number; fromRate: number; toRate: number };

export type LoadSpec = {
  /** Absolute URL of the router on loopback, e.g. `http://127.0.0.1:8080/`; `https:` for a route with TLS only. */
  url: string;
  /** With `https:` the authority that vouches for the host, PEM. */
  authority?: string;
  /** Host header: one of the app's own hosts. */
  host: string;
  path: string;
  method: 'GET' | 'POST';
  phases: readonly LoadPhase[];
  /** Upper limit of open connections (keep-alive). */
  connections: number;
  timeoutMs: number;
};

/** Lost = no good answer for a reason the person's app did not choose: connection errors, time-outs, router errors (502, 503, 504). */
export type LostKind =
  | 'refused'
  | 'reset'
  | 'timeout'
  | 'bad-gateway'
  | 'unavailable'
  | 'gateway-timeout'
  | 'not-sent'
  | 'other';

/** Latencies are counted from the planned start of each request (open loop), in milliseconds. */
export type LoadReport = {
  startedAt: number;
  durationMs: number;
  requests: number;
  lost: number;
  lostByKind: Partial<Record<LostKind, number>>;
  p50Ms: number;
  p90Ms: number;
  p99Ms: number;
  maxMs: number;
  statuses: Record<string, number>;
  /** Answers per instance, by the `X-Instance` header where the app sends one. */
  byInstance: Record<string, number>;
  /** From the first request to the first 2xx answer of an instance not seen in the first half second; null when none or unknown. */
  firstNewReplicaMs: number | null;
  /** One row a second, for charts. */
  series: readonly {
    atMs: number;
    requests: number;
    lost: number;
    p50Ms: number;
    p99Ms: number;
    instances: number;
  }[];
};

export type LoadProgress = {
  elapsedMs: number;
  requests: number;
  lost: number;
  ratePerSecond: number;
  p50Ms: number;
  p99Ms: number;
  instances: readonly string[];
};

export type LoadGenerator = {
  run(spec: LoadSpec, onProgress: (progress: LoadProgress) => void, signal: AbortSignal): Promise<LoadReport>;
};
