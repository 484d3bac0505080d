import createFetchClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './api.gen.ts';
import { createEventParser } from './parse-events.ts';
import { createSender } from './send-once.ts';

/** The shapes of the API, by name. */
export type Schemas = components['schemas'];

/** Typed calls: `client.GET('/api/v1/apps/{app}', { params: { path: { app } }, signal })` → `{ data, error, response }`. */
export type ApiClient = Client<paths>;

/** A client of the control plane at `url` (`http://127.0.0.1:7070`); without a token only public addresses answer. */
export function createClient({ url, token }: { url: string; token: string | null }): ApiClient {
  return createFetchClient<paths>({
    baseUrl: url.replace(/\/+$/, ''),
    headers: { accept: 'application/json', ...bearer(token) },
    fetch: createSender({
      fetch: async (request) => fetch(request),
      wait,
      newKey: () => crypto.randomUUID(),
    }),
  });
}

/** Ends early, without an error, when the signal aborts: what is sent then fails by itself. */
async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** An event of a stream. `id` goes into `lastEventId` to go on after it; `data` is its JSON. */
export type StreamEvent = { id: string | null; event: string; data: unknown };

/** A stream that was refused, or broken off by the server. `problem` is its problem document, or its text when it is none. */
export class StreamRefusedError extends Error {
  readonly status: number;
  readonly problem: unknown;

  constructor(status: number, problem: unknown) {
    super(`the server refused the stream (status ${status})`);
    this.name = 'StreamRefusedError';
    this.status = status;
    this.problem = problem;
  }
}

/** The server beats every ten seconds; three missed beats mean that the connection is dead. */
const silenceMs = 35_000;

/**
 * Reads a stream of server-sent events at the absolute `url`, until the server ends it. Throws `StreamRefusedError` on any
 * status but 200 and on an event `error`, and like `fetch` when the connection fails, falls silent or `signal` aborts; the caller may then call it
 * again with the last id it has seen.
 */
export async function* readEvents(
  url: string,
  token: string | null,
  lastEventId: string | null,
  signal?: AbortSignal,
): AsyncGenerator<StreamEvent, void, undefined> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error('the stream fell silent')), silenceMs);
  const signals = signal === undefined ? [silence.signal] : [silence.signal, signal];
  try {
    const response = await fetch(url, {
      headers: {
        accept: 'text/event-stream',
        ...bearer(token),
        ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }),
      },
      signal: AbortSignal.any(signals),
    });
    if (response.status !== 200 || response.body === null) throw await refusal(response);
    const parse = createEventParser();
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      timer.refresh();
      for (const { id, event, data } of parse(chunk)) {
        if (event === 'error') throw brokenOff(data);
        yield { id, event, data: JSON.parse(data) };
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Sends bytes while they are read, and gives the answer's JSON: `data` on success, else `error`. Throws like `fetch` when the
 * connection fails, and what reading the bytes throws.
 */
export async function sendBytes(
  url: string,
  token: string | null,
  { bytes, type }: { bytes: AsyncIterable<Uint8Array>; type: string },
  signal?: AbortSignal,
): Promise<{ data?: unknown; error?: unknown; response: Response }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': type, ...bearer(token) },
    body: ReadableStream.from(bytes),
    duplex: 'half',
    ...(signal === undefined ? {} : { signal }),
  });
  const text = await response.text();
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = text;
  }
  return response.ok ? { data: answer, response } : { error: answer, response };
}

function bearer(token: string | null): Record<string, string> {
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

/** The server's last word when something failed in the middle of a stream. */
function brokenOff(data: string): StreamRefusedError {
  const problem: unknown = JSON.parse(data);
  const hasStatus = typeof problem === 'object' && problem !== null && 'status' in problem;
  return new StreamRefusedError(hasStatus ? Number(problem.status) : 500, problem);
}

async function refusal(response: Response): Promise<StreamRefusedError> {
  const text = await response.text();
  try {
    return new StreamRefusedError(response.status, JSON.parse(text));
  } catch {
    return new StreamRefusedError(response.status, text);
  }
}
