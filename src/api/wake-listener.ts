import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Log } from '../core/port/log.ts';
import type { Waker } from '../core/port/waker.ts';
import { parseWakeHeader, wakeHeader, type WakeTarget } from '../core/route/wake-header.ts';
import { forwardRequest } from './forward-request.ts';

export type WakeLimits = {
  /** Requests that may wait at once: of one service, and in all. */
  perService: number;
  inAll: number;
  /** How long one may wait for an instance, milliseconds. */
  holdMs: number;
};

const defaultLimits: WakeLimits = { perService: 200, inAll: 1_000, holdMs: 30_000 };
/** When it is worth while to come again, seconds. */
const retryAfterSeconds = 2;

export type WakeListener = {
  listen(at: { host: string; port: number }): Promise<number>;
  close(): Promise<void>;
};

/**
 * Where the router sends requests for services that sleep: each is held, unread, until an instance answers, and then led through
 * to it, both ways as a stream. Too many, too long or refused is a 503 that says so. A connection that wants to become
 * something else wakes the service too, and is asked to come again. Other peers than `isAllowedPeer` are not read.
 */
export function createWakeListener({
  waker,
  log,
  isAllowedPeer,
  limits = defaultLimits,
}: {
  waker: Waker;
  log: Log;
  isAllowedPeer: (address: string) => boolean;
  limits?: WakeLimits;
}): WakeListener {
  const held = new Map<string, number>();
  const closing = new AbortController();
  // A stream may last as long as it likes; only its beginning is bounded.
  const server = createServer({ requestTimeout: 0, headersTimeout: 10_000, keepAliveTimeout: 5_000 });
  server.on('connection', (socket) => {
    const address = socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/i, '');
    if (address === undefined || !isAllowedPeer(address)) socket.destroy();
  });
  server.on('request', (request, response) => {
    const target = targetOf(request);
    if (target === null) return answer(response, 404, 'No sleeping service is named.');
    const leave = hold(held, target, limits);
    if (leave === null) return answer(response, 503, `Too many requests wait for ${target.service}.`);
    const wait = { waker, target, holdMs: limits.holdMs, closing: closing.signal };
    void serve(wait, request, response)
      .catch((error: unknown) => {
        log.warn({ app: target.app, service: target.service, err: error }, 'a held request failed');
        if (response.headersSent) response.destroy();
        else answer(response, 502, `${target.service} did not answer.`);
      })
      .finally(leave);
  });
  server.on('upgrade', (request, socket) =>
    refuseUpgrade({ waker, closing: closing.signal }, request, socket),
  );
  return {
    listen: (at) => listen(server, at),
    close: async () => {
      closing.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function targetOf({ headers }: IncomingMessage): WakeTarget | null {
  const given = headers[wakeHeader.toLowerCase()];
  return parseWakeHeader(typeof given === 'string' ? given : undefined);
}

/** Takes a place; null = there is none. Returns what gives it back. */
function hold(
  held: Map<string, number>,
  { app, service }: WakeTarget,
  limits: WakeLimits,
): (() => void) | null {
  const key = `${app}/${service}`;
  const own = held.get(key) ?? 0;
  const all = [...held.values()].reduce((sum, count) => sum + count, 0);
  if (own >= limits.perService || all >= limits.inAll) return null;
  held.set(key, own + 1);
  return () => {
    const left = (held.get(key) ?? 1) - 1;
    if (left === 0) held.delete(key);
    else held.set(key, left);
  };
}

type Wait = { waker: Waker; target: WakeTarget; holdMs: number; closing: AbortSignal };

async function serve(
  { waker, target, holdMs, closing }: Wait,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const late = AbortSignal.timeout(holdMs);
  const waiting = AbortSignal.any([gone.signal, late, closing]);
  for (;;) {
    const woken = await waker.wake(target, waiting).catch((error: unknown) => {
      if (waiting.aborted) return null;
      throw error;
    });
    if (gone.signal.aborted) return;
    if (woken === null) return answer(response, 503, lateText(target, holdMs, late.aborted));
    if (woken.kind === 'refused') return answer(response, 503, `Nothing runs here: ${woken.reason}.`);
    // One that went away again before anything was sent to it is no end.
    if (await forwardRequest({ request, response, url: woken.url, signal: gone.signal })) return;
    if (waiting.aborted) return answer(response, 503, lateText(target, holdMs, late.aborted));
  }
}

function lateText({ app, service }: WakeTarget, holdMs: number, isLate: boolean): string {
  const end = isLate ? `it did not answer within ${holdMs / 1000} s` : 'Crane is stopping';
  return `${service} of ${app} is being started, and ${end}.`;
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    ...(status === 503 ? { 'retry-after': String(retryAfterSeconds) } : {}),
    connection: 'close',
  });
  response.end(`${text}\n`);
}

/** What a WebSocket would wait for may take longer than its client: it is woken, and the client told when to come again. */
function refuseUpgrade(
  { waker, closing }: Pick<Wait, 'waker' | 'closing'>,
  request: IncomingMessage,
  socket: Duplex,
): void {
  socket.on('error', () => socket.destroy());
  const target = targetOf(request);
  // Its end is nobody's business: whoever comes again finds an instance, or is told why not.
  if (target !== null)
    waker.wake(target, AbortSignal.any([AbortSignal.timeout(1_000), closing])).catch(() => undefined);
  const text = 'The service is being started.\n';
  socket.end(
    `HTTP/1.1 503 Service Unavailable\r\nRetry-After: ${retryAfterSeconds}\r\nContent-Type: text/plain\r\n` +
      `Content-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`,
  );
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
