/** One look at whether an instance answers: a TCP connection, or an HTTP GET when `path` is given (any status below 500 counts). */
export type Probe = (
  target: { address: string; port: number; path: string | null; timeoutMs: number },
  signal?: AbortSignal,
) => Promise<boolean>;
