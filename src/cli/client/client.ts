import type { Client } from 'openapi-fetch';
import type { components, paths } from './api.gen.ts';
import { createEventParser } from './parse-events.ts';
import { jsonOrText, readBytes, readText, sendHttp, type HttpAnswer } from './send-http.ts';
import { createSender } from './send-once.ts';

/** The shapes of the API, by name. */
export type Schemas = components['schemas'];

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Typed calls: `client.GET('/api/v1/apps/{app}', { params: { path: { app } }, signal })` → `{ data, error, response }`. */
export type ApiClient = Pick<Client<paths>, Method>;

type Parameters = Readonly<Record<string, unknown>>;
type Call = {
  params?: { path?: Parameters; query?: Parameters };
  body?: unknown;
  signal?: AbortSignal;
  parseAs?: 'json' | 'text' | 'arrayBuffer';
};

type Target = { url: string; token: string | null };

/**
 * A client of the control plane at `url` (`http://127.0.0.1:7070`); without a token only public addresses answer. Its types are those
 * of the API's description, which the server is held to; what carries the calls out is one function for all addresses.
 */
export function createClient(target: Target): ApiClient;
export function createClient({ url, token }: Target): unknown {
  const base = url.replace(/\/+$/, '');
  const send = createSender({ send: sendHttp, wait, newKey: () => crypto.randomUUID() });
  const calls =
    (method: Method) =>
    async (path: string, call: Call = {}) => {
      const answer = await send({
        url: base + addressOf(path, call),
        method,
        headers: {
          // Some addresses give YAML or a ZIP.
          accept: 'application/json, */*;q=0.1',
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...bearer(token),
        },
        body: call.body === undefined ? null : JSON.stringify(call.body),
        signal: call.signal,
      });
      const response = { status: answer.status, ok: answer.status >= 200 && answer.status < 300 };
      if (!response.ok) return { error: jsonOrText(await readText(answer)), response };
      return { data: await readData(answer, call.parseAs), response };
    };
  return {
    GET: calls('GET'),
    POST: calls('POST'),
    PUT: calls('PUT'),
    PATCH: calls('PATCH'),
    DELETE: calls('DELETE'),
  } satisfies Record<Method, unknown>;
}

/** `/apps/{app}` with its parts filled in and its query; what is undefined or null is left out. */
function addressOf(path: string, { params }: Call): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(params?.path?.[name])),
  );
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params?.query ?? {}))
    for (const each of Array.isArray(value) ? value : [value])
      if (each !== undefined && each !== null) query.append(name, String(each));
  return query.size === 0 ? filled : `${filled}?${query.toString()}`;
}

async function readData(answer: HttpAnswer, parseAs: Call['parseAs']): Promise<unknown> {
  if (parseAs === 'arrayBuffer') return readBytes(answer);
  const text = await readText(answer);
  if (parseAs === 'text') return text;
  return text === '' ? undefined : JSON.parse(text);
}

/** Ends early, without an error, when the signal aborts: what is sent then fails by itself. */
async function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
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
 * status but 200 and on an event `error`, and like `sendHttp` when the connection fails, falls silent or `signal` aborts; the caller may then call it
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
    const answer = await sendHttp({
      url,
      method: 'GET',
      headers: {
        accept: 'text/event-stream',
        ...bearer(token),
        ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }),
      },
      body: null,
      signal: AbortSignal.any(signals),
    });
    if (answer.status !== 200)
      throw new StreamRefusedError(answer.status, jsonOrText(await readText(answer)));
    const parse = createEventParser();
    const decoder = new TextDecoder();
    for await (const chunk of answer.body) {
      timer.refresh();
      for (const { id, event, data } of parse(decoder.decode(chunk, { stream: true }))) {
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
  const answer = jsonOrText(await response.text());
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
