/** Time as an argument. `monotonic` never jumps; use it for cooldowns and durations. Both in milliseconds. */
export type Clock = {
  now(): number;
  monotonic(): number;
  /** Resolves after `ms`, or early (without an error) when `signal` aborts. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
};
