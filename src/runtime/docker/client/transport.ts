import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { CraneError } from '../../../core/error/crane-error.ts';
import { chooseApiVersion } from './api-version.ts';
import { describeAddress } from './choose-endpoint.ts';
import { closableStream } from './closable-stream.ts';
import {
  type EngineBody,
  type EngineHeaders,
  createConnector,
  type ClientEndpoint,
  type HijackedConnection,
} from './connect.ts';
import { startDeadline } from './deadline.ts';
import { replyError, statusError } from './engine-error.ts';
import { parseNdjson } from './ndjson.ts';
import { untilAborted } from './until-aborted.ts';
import { renderQuery, type Query } from './request-path.ts';

export type EngineRequest = {
  /** For messages: "Create container crane-shop-7-web-1-1". */
  what: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Without the version: `/containers/json`; build it with `enginePath`. */
  path: string;
  query?: Query;
  headers?: EngineHeaders;
  body?: EngineBody;
  /** To the end of the answer; for streams to its beginning. Default 60 s. */
  timeoutMs?: number;
  /** The call may block for long (stop, wait): it gets a connection of its own. */
  isSlow?: boolean;
  /** Of a hijacked connection; default `tcp`. */
  upgrade?: string;
  signal?: AbortSignal | undefined;
};

export type StreamRequest = EngineRequest & {
  /** The engine has accepted; the stream begins. */
  onOpen?: () => void;
  /** Silence after which the stream counts as broken; none by default. */
  idleTimeoutMs?: number;
};

/** How Crane talks to the engine; every failure is a CraneError (see engine-error.ts). */
export type Transport = {
  /** The endpoint, for messages. */
  where: string;
  apiVersion(signal?: AbortSignal): Promise<string>;
  json<T>(request: EngineRequest, schema: z.ZodType<T>): Promise<T>;
  /** For calls without an answer to read; resolves to the status (304 = it was so already). */
  send(request: EngineRequest): Promise<number>;
  bytes(request: StreamRequest): AsyncIterable<Uint8Array>;
  /** Newline-separated JSON. */
  lines(request: StreamRequest): AsyncIterable<unknown>;
  hijack(request: EngineRequest): Promise<HijackedConnection>;
  /** Lets idle connections go. */
  close(): void;
};

const defaultTimeoutMs = 60_000;
const pingTimeoutMs = 10_000;
const maxReplyBytes = 64 * 1024 * 1024;
const maxErrorBytes = 64 * 1024;
const errorReply = z.object({ message: z.string() });

export function createTransport(endpoint: ClientEndpoint): Transport {
  const where = describeAddress(endpoint);
  const connector = createConnector(endpoint, where);
  let negotiated: Promise<string> | null = null;

  async function ping(): Promise<string> {
    const what = 'Ask the engine for its version';
    const deadline = startDeadline(what, pingTimeoutMs);
    try {
      const response = await connector.open({
        what,
        method: 'GET',
        path: '/_ping',
        isOwn: false,
        signal: deadline.signal,
      });
      await readText(response, what);
      return chooseApiVersion(headerOf(response, 'api-version'));
    } finally {
      deadline.release();
    }
  }

  async function apiVersion(signal?: AbortSignal): Promise<string> {
    negotiated ??= ping();
    const asked = negotiated;
    try {
      return await untilAborted(asked, signal, 'Ask the engine for its version');
    } catch (error) {
      if (negotiated === asked) negotiated = null;
      throw error;
    }
  }

  /** The answer, when its status is a success; the body is still to be read. */
  async function open(request: EngineRequest, isOwn: boolean, signal: AbortSignal): Promise<IncomingMessage> {
    const version = await apiVersion(signal);
    try {
      const response = await connector.open({
        what: request.what,
        method: request.method,
        path: `/v${version}${request.path}${renderQuery(request.query)}`,
        headers: request.headers ?? {},
        body: request.body,
        isOwn,
        signal,
      });
      const status = response.statusCode ?? 0;
      if ((status >= 200 && status < 300) || status === 304) return response;
      throw statusError(
        request.what,
        status,
        errorMessage(await readText(response, request.what, maxErrorBytes)),
      );
    } catch (error) {
      // A restarted engine may be another version.
      if (error instanceof CraneError && /^engine\.(unreachable|unsupported)$/.test(error.code))
        negotiated = null;
      throw error;
    }
  }

  async function answer<T>(
    request: EngineRequest,
    read: (response: IncomingMessage) => Promise<T>,
  ): Promise<T> {
    const deadline = startDeadline(request.what, request.timeoutMs ?? defaultTimeoutMs, request.signal);
    try {
      const response = await open(request, request.isSlow === true, deadline.signal);
      return await connector.guard(request.what, deadline.signal, () => read(response));
    } finally {
      deadline.release();
    }
  }

  function bytes(request: StreamRequest): AsyncIterable<Uint8Array> {
    return closableStream(request.signal, async function* (signal) {
      const deadline = startDeadline(request.what, request.timeoutMs ?? defaultTimeoutMs, signal);
      let response: IncomingMessage | null = null;
      try {
        response = await open(request, true, deadline.signal);
        deadline.lift();
        request.onOpen?.();
        yield* connector.chunks(request.what, response, deadline.signal, request.idleTimeoutMs ?? null);
      } finally {
        response?.destroy();
        deadline.release();
      }
    });
  }

  return {
    where,
    apiVersion,
    json: (request, schema) =>
      answer(request, async (response) =>
        parseReply(await readText(response, request.what), schema, request.what),
      ),
    send: (request) =>
      answer(request, async (response) => {
        await readText(response, request.what);
        return response.statusCode ?? 0;
      }),
    bytes,
    lines: (request) => parseNdjson(bytes(request), request.what),
    async hijack(request) {
      const deadline = startDeadline(request.what, request.timeoutMs ?? defaultTimeoutMs, request.signal);
      try {
        const version = await apiVersion(deadline.signal);
        const path = `/v${version}${request.path}${renderQuery(request.query)}`;
        return await connector.hijack(
          { ...request, path, isOwn: true, signal: deadline.signal },
          async (response) =>
            statusError(
              request.what,
              response.statusCode ?? 0,
              errorMessage(await readText(response, request.what, maxErrorBytes)),
            ),
        );
      } finally {
        deadline.release();
      }
    },
    close: () => connector.close(),
  };
}

/** Reads a whole body; more than `limit` bytes are an error, so that no answer fills the memory. */
async function readText(response: IncomingMessage, what: string, limit = maxReplyBytes): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const bytes: Buffer = chunk;
    size += bytes.length;
    if (size > limit) {
      response.destroy();
      throw replyError(what, `an answer of more than ${limit} bytes`);
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The engine says `{"message": …}`; something in between (a proxy) may say anything. */
function errorMessage(text: string): string {
  try {
    const parsed = errorReply.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data.message : text;
  } catch {
    return text;
  }
}

/** Parses a foreign answer with a tolerant schema; `engine.failed` names the first place that does not fit. */
export function parseReply<T>(text: string, schema: z.ZodType<T>, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw replyError(what, text === '' ? 'it is empty' : 'it is no JSON or ends too early', error);
  }
  return parseValue(value, schema, what);
}

export function parseValue<T>(value: unknown, schema: z.ZodType<T>, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw replyError(
    what,
    `at "${(issue?.path ?? []).join('.')}": ${issue?.message ?? 'it does not fit'}`,
    parsed.error,
  );
}

function headerOf(response: IncomingMessage, name: string): string | null {
  const value = response.headers[name];
  return typeof value === 'string' ? value : null;
}
