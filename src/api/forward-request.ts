import { request as ask, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { wakeHeader } from '../core/route/wake-header.ts';

/** RFC 9110, 7.6.1: they belong to one connection; how the body is framed stays as it is. The wake header is the router's own. */
const ownHeaders = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  wakeHeader.toLowerCase(),
]);
const connectMs = 2_000;

type Forwarding = {
  request: IncomingMessage;
  response: ServerResponse;
  /** `http://address:port` */
  url: string;
  signal: AbortSignal;
};

/**
 * Leads a request through to an instance, both ways as streams. False: nobody took the connection, and nothing was read of the
 * request. Rejects when it broke later.
 */
export async function forwardRequest({ request, response, url, signal }: Forwarding): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = await open(hostname.replace(/^\[|\]$/g, ''), Number(port), signal);
  if (socket === null) return false;
  const upstream = ask({
    createConnection: () => socket,
    method: request.method,
    path: request.url,
    headers: [...keptHeaders(request.rawHeaders), 'connection', 'keep-alive'],
    setDefaultHeaders: false,
    signal,
  });
  await carry({ request, response, upstream });
  return true;
}

function open(host: string, port: number, signal: AbortSignal): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (result: Socket | null): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      socket.removeAllListeners();
      if (result === null) socket.destroy();
      resolve(result);
    };
    const giveUp = (): void => end(null);
    const timer = setTimeout(giveUp, connectMs);
    signal.addEventListener('abort', giveUp, { once: true });
    socket.once('error', giveUp);
    socket.once('connect', () => end(socket));
    if (signal.aborted) giveUp();
  });
}

/** Names and values in turn, as they came; repeated ones stay repeated. */
function keptHeaders(raw: readonly string[]): string[] {
  const named = new Set(ownHeaders);
  for (let at = 0; at < raw.length; at += 2)
    if (raw[at]?.toLowerCase() === 'connection')
      for (const name of (raw[at + 1] ?? '').split(',')) named.add(name.trim().toLowerCase());
  const kept: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const [name = '', value = ''] = raw.slice(at, at + 2);
    if (!named.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}

function carry({
  request,
  response,
  upstream,
}: Pick<Forwarding, 'request' | 'response'> & { upstream: ClientRequest }): Promise<void> {
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    // Who answers before it has read everything may close the connection to what is still being sent.
    upstream.on('error', (error) => {
      request.unpipe(upstream);
      request.resume();
      if (!isAnswered) reject(error);
    });
    upstream.once('response', (answered) => {
      isAnswered = true;
      response.writeHead(
        answered.statusCode ?? 502,
        answered.statusMessage,
        keptHeaders(answered.rawHeaders),
      );
      answered.once('error', reject);
      response.once('finish', resolve);
      response.once('close', resolve);
      answered.pipe(response);
    });
    request.once('error', reject);
    request.pipe(upstream);
  });
}
