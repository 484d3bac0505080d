import {
  Agent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import {
  Agent as TlsAgent,
  request as httpsRequest,
  type RequestOptions as TlsRequestOptions,
} from 'node:https';
import { Readable, type Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { abortedError, connectionError, timedOutError } from './engine-error.ts';

export type TlsMaterial = {
  ca: Buffer | null;
  cert: Buffer | null;
  key: Buffer | null;
  isVerified: boolean;
  serverName: string | null;
};

/** An engine's address with the TLS material read (see open-engine-client.ts). */
export type ClientEndpoint =
  | { kind: 'socket'; path: string }
  | { kind: 'tcp'; host: string; port: number; tls: TlsMaterial | null };

/** A connection taken over from HTTP: raw bytes both ways. */
export type HijackedConnection = {
  socket: Duplex;
  /** `application/vnd.docker.multiplexed-stream` or `…raw-stream` from API 1.42 on; null before. */
  contentType: string | null;
};

export type OpenRequest = {
  what: string;
  method: string;
  /** With version and query. */
  path: string;
  headers?: EngineHeaders;
  body?: EngineBody | undefined;
  /** Of a hijacked connection; default `tcp`. */
  upgrade?: string;
  /** A connection of its own: a long stream must not hold one of the few that short calls share. */
  isOwn: boolean;
  signal: AbortSignal;
};

export type Connector = {
  open(request: OpenRequest): Promise<IncomingMessage>;
  hijack(
    request: OpenRequest,
    refused: (response: IncomingMessage) => Promise<Error>,
  ): Promise<HijackedConnection>;
  chunks(
    what: string,
    response: IncomingMessage,
    signal: AbortSignal,
    idleTimeoutMs: number | null,
  ): AsyncIterable<Uint8Array>;
  /** Runs a read, with its failures turned into CraneErrors. */
  guard<T>(what: string, signal: AbortSignal, read: () => Promise<T>): Promise<T>;
  close(): void;
};

/** Connections that short calls share; more calls wait their turn. */
const sharedConnections = 16;

/** Opens HTTP requests to one engine. Rejects with CraneErrors only, or with the error of the request's own body source. */
export function createConnector(endpoint: ClientEndpoint, where: string): Connector {
  const isTls = endpoint.kind === 'tcp' && endpoint.tls !== null;
  const pool = { keepAlive: true, maxSockets: sharedConnections, maxFreeSockets: 8 };
  const agent = isTls ? new TlsAgent(pool) : new Agent(pool);
  const place = connectionOptions(endpoint);

  const start = (request: OpenRequest, headers: EngineHeaders): ClientRequest => {
    const options: RequestOptions & TlsRequestOptions = {
      ...place,
      method: request.method,
      path: request.path,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          typeof value === 'string' ? value : [...value],
        ]),
      ),
      agent: request.isOwn ? false : agent,
      signal: request.signal,
    };
    return isTls ? httpsRequest(options) : httpRequest(options);
  };

  const failure = (what: string, signal: AbortSignal, error: unknown): Error =>
    signal.aborted ? abortedError(what, signal.reason) : connectionError(what, where, error);

  async function open(request: OpenRequest, isRetry = false): Promise<IncomingMessage> {
    if (request.signal.aborted) throw abortedError(request.what, request.signal.reason);
    const sent = start(request, { ...request.headers, ...bodyHeaders(request.body) });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      sent.once('response', resolve);
      // Stays for later errors too, which the reader of the body sees on the response.
      sent.on('error', reject);
    });
    const upload = sendBody(sent, request.body);
    try {
      return await Promise.race([answered, upload]);
    } catch (error) {
      sent.destroy();
      answered.catch(() => undefined);
      if (error instanceof BodySourceError) throw error.cause;
      // The engine closed an idle shared connection just as it was taken; reading twice harms nothing.
      if (!isRetry && sent.reusedSocket && request.method === 'GET' && !request.signal.aborted)
        return open(request, true);
      throw failure(request.what, request.signal, error);
    }
  }

  async function guard<T>(what: string, signal: AbortSignal, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      throw failure(what, signal, error);
    }
  }

  async function* chunks(
    what: string,
    response: IncomingMessage,
    signal: AbortSignal,
    idleTimeoutMs: number | null,
  ): AsyncIterable<Uint8Array> {
    if (idleTimeoutMs !== null)
      response.setTimeout(idleTimeoutMs, () => response.destroy(timedOutError(what, idleTimeoutMs)));
    const reader: AsyncIterator<Uint8Array> = response[Symbol.asyncIterator]();
    for (;;) {
      const next = await guard(what, signal, () => reader.next());
      if (next.done === true) return;
      yield next.value;
    }
  }

  function hijack(
    request: OpenRequest,
    refused: (response: IncomingMessage) => Promise<Error>,
  ): Promise<HijackedConnection> {
    return new Promise((resolve, reject) => {
      const headers = {
        ...request.headers,
        ...bodyHeaders(request.body),
        Connection: 'Upgrade',
        Upgrade: request.upgrade ?? 'tcp',
      };
      const sent = start(request, headers);
      sent.once('upgrade', (response, socket, head) => {
        if (head.length > 0) socket.unshift(head);
        resolve({ socket, contentType: response.headers['content-type'] ?? null });
      });
      sent.once('response', (response) => void refused(response).then(reject, reject));
      sent.on('error', (error) => reject(failure(request.what, request.signal, error)));
      if (request.body !== undefined && 'json' in request.body) sent.end(JSON.stringify(request.body.json));
      else sent.end();
    });
  }

  return { open, hijack, chunks, guard, close: () => agent.destroy() };
}

function connectionOptions(endpoint: ClientEndpoint): TlsRequestOptions {
  if (endpoint.kind === 'socket') return { socketPath: endpoint.path };
  const { host, port, tls } = endpoint;
  if (tls === null) return { host, port };
  const material = {
    ...(tls.ca === null ? {} : { ca: tls.ca }),
    ...(tls.cert === null ? {} : { cert: tls.cert }),
    ...(tls.key === null ? {} : { key: tls.key }),
    // An IP address is no server name; Node then checks it against the certificate's addresses.
    ...(tls.serverName === null || /^[\d.]+$|:/.test(tls.serverName) ? {} : { servername: tls.serverName }),
  };
  return { host, port, rejectUnauthorized: tls.isVerified, ...material };
}

function bodyHeaders(body: EngineBody | undefined): Record<string, string> {
  if (body === undefined) return {};
  return { 'Content-Type': 'json' in body ? 'application/json' : body.type };
}

/** The bytes to send could not be made: that error is the caller's own, not the engine's. */
class BodySourceError extends Error {}

/** Never resolves (the answer decides); rejects only when the caller's own source of bytes fails. */
async function sendBody(sent: ClientRequest, body: EngineBody | undefined): Promise<never> {
  if (body === undefined) sent.end();
  else if ('json' in body) sent.end(JSON.stringify(body.json));
  else {
    let sourceError: BodySourceError | null = null;
    const source = Readable.from(
      (async function* () {
        try {
          yield* body.bytes;
        } catch (cause) {
          sourceError = new BodySourceError('the body could not be made', { cause });
          throw cause;
        }
      })(),
      { objectMode: false },
    );
    await pipeline(source, sent).catch(() => undefined);
    if (sourceError !== null) throw sourceError;
  }
  return new Promise<never>(() => undefined);
}

export type EngineBody = { json: unknown } | { bytes: AsyncIterable<Uint8Array>; type: string };

/** A name with several values is sent several times. */
export type EngineHeaders = Readonly<Record<string, string | readonly string[]>>;
