import { z } from 'zod';
import { CraneError } from '../../core/error/crane-error.ts';
import { parseJson } from '../../core/json/parse-json.ts';

/** A decision is a few hundred bytes; one about an image with many vulnerabilities tells each. */
const maxBytes = 1_000_000;

export type OpaQuestion = {
  url: string;
  token: string | null;
  /** Below `/v1/data`, made of constants and digests: what people wrote goes into `input` only. */
  path: string;
  input: unknown;
  timeoutMs: number;
  signal: AbortSignal | undefined;
};

/** The engine's answer as text. `policy.unavailable` when there is none in time, `policy.bad_output` for an error or a flood. */
export async function askOpa({ url, token, path, input, timeoutMs, signal }: OpaQuestion): Promise<string> {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(new URL(`/v1/data/${path}?provenance=true`, url), {
      method: 'POST',
      redirect: 'error',
      headers: {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ input }),
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    });
    const body = await readBounded(response);
    if (body === null) throw badAnswer('it is too long');
    // 4xx: the engine refuses the question; 5xx: a policy failed while it was evaluated, or the engine is not ready.
    if (response.status === 503) throw unavailable('it is not ready');
    if (response.status !== 200)
      throw badAnswer(`it answered with status ${response.status}${reasonIn(body)}`);
    return body;
  } catch (error) {
    if (error instanceof CraneError) throw error;
    signal?.throwIfAborted();
    throw unavailable(describe(error, timeoutMs), error);
  }
}

async function readBounded(response: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const failure = z.object({
  message: z.string().default(''),
  errors: z.array(z.object({ message: z.string() })).default([]),
});

/** Why an evaluation failed, in the engine's words: the author of a policy needs them. */
function reasonIn(body: string): string {
  const parsed = failure.safeParse(parseJson(body));
  if (!parsed.success) return '';
  const text = parsed.data.errors[0]?.message ?? parsed.data.message;
  return text === '' ? '' : ` (${text.slice(0, 200)})`;
}

function describe(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'it could not be asked';
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  const { cause } = error;
  return cause instanceof Error && 'code' in cause
    ? `it cannot be reached (${String(cause.code)})`
    : error.message;
}

function badAnswer(why: string): CraneError {
  return new CraneError('policy.bad_output', {
    message: `The policy engine's answer is unusable: ${why}.`,
    fix: 'Check the policies with `opa test`, and bring the platform up again with `crane up`.',
  });
}

function unavailable(why: string, cause?: unknown): CraneError {
  return new CraneError(
    'policy.unavailable',
    {
      message: `The policy engine gave no answer: ${why}.`,
      fix: 'Bring it back with `crane up`; `crane status` shows when it is.',
    },
    { cause },
  );
}
