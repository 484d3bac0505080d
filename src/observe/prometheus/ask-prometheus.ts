/** Longer answers are cut off: what Crane asks for fits easily. */
const maxBytes = 1_000_000;

export type PrometheusReply = { status: number; body: string };

/**
 * One request to Prometheus. Rejects when it does not answer within `timeoutMs`, when `signal` aborts, or when the
 * answer is longer than a megabyte; `describeFailure` puts that into words.
 */
export async function askPrometheus(request: {
  url: string;
  path: string;
  form?: Readonly<Record<string, string>>;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}): Promise<PrometheusReply> {
  const limit = AbortSignal.timeout(request.timeoutMs);
  const response = await fetch(new URL(request.path, request.url), {
    method: 'POST',
    redirect: 'error',
    signal: request.signal === undefined ? limit : AbortSignal.any([limit, request.signal]),
    ...(request.form === undefined ? {} : { body: new URLSearchParams(request.form) }),
  });
  return { status: response.status, body: await readBounded(response) };
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new Error(`its answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Why Prometheus could not be asked, as the end of a sentence; without addresses. */
export function describeFailure(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'it could not be asked';
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  if (error.name === 'AbortError') return 'the question was cancelled';
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause) return `it cannot be reached (${String(cause.code)})`;
  return error.message;
}
