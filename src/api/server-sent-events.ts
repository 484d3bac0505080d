import { once } from 'node:events';
import type { FastifyReply } from 'fastify';
import type { Log } from '../core/port/log.ts';
import { actorOf, type RouteContext } from './api-instance.ts';
import { toApiError, toProblem } from './problem.ts';

/** One event: `id` is what a client sends back as Last-Event-ID to go on after it. */
export type ServerEvent = { id?: string; event?: string; data: unknown };

type StreamContext = Pick<RouteContext, 'log' | 'closing'>;

const heartbeatMs = 10_000;
/** A client that takes nothing for so long is gone, or holds what it should not. */
const stuckMs = 60_000;

/**
 * Answers with a stream of server-sent events (WHATWG HTML, "Server-sent events") until the source ends, the client goes
 * or the server closes. Beats every ten seconds, so that both ends notice a dead connection. A slow client is waited for, a stuck one is cut off.
 * Check what can be refused before calling this, which refuses too many streams (`session.limit`): a later error is sent as an event `error` with the problem document.
 */
export async function sendEvents(
  reply: FastifyReply,
  { streams, ...context }: StreamContext & Pick<RouteContext, 'streams'>,
  source: (signal: AbortSignal) => AsyncIterable<ServerEvent>,
): Promise<void> {
  const { id } = actorOf(reply.request).user;
  streams.check(id);
  await streams.during(id, () => sendStream(reply, context, source));
}

async function sendStream(
  reply: FastifyReply,
  { log, closing }: StreamContext,
  source: (signal: AbortSignal) => AsyncIterable<ServerEvent>,
): Promise<void> {
  const gone = new AbortController();
  const held = reply.server.accessWatch.hold(reply.request);
  const signal = AbortSignal.any([gone.signal, closing, held.signal]);
  reply.raw.once('close', () => gone.abort());
  openStream(reply);
  const heartbeat = setInterval(() => reply.raw.write(': beat\n\n'), heartbeatMs);
  try {
    for await (const event of source(signal)) await write(reply, render(event), signal);
  } catch (thrown) {
    if (!signal.aborted && !reply.raw.destroyed) await writeError(reply, thrown, { log, signal });
  } finally {
    held.release();
    if (held.signal.aborted && !reply.raw.destroyed) tellEnd(reply, held.signal.reason);
    clearInterval(heartbeat);
    gone.abort();
    reply.raw.end();
  }
}

function openStream(reply: FastifyReply): void {
  reply.hijack();
  const headers = Object.fromEntries(
    Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined),
  );
  reply.raw.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no',
  });
  reply.raw.write(': open\n\n');
}

/** Line breaks inside JSON are escaped, so each event's data is one line. */
function render({ id, event, data }: ServerEvent): string {
  return `${id === undefined ? '' : `id: ${id}\n`}${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;
}

async function write(reply: FastifyReply, text: string, signal: AbortSignal): Promise<void> {
  if (reply.raw.write(text)) return;
  const stuck = AbortSignal.timeout(stuckMs);
  try {
    await once(reply.raw, 'drain', { signal: AbortSignal.any([signal, stuck]) });
  } catch (thrown) {
    if (stuck.aborted) reply.raw.destroy();
    throw thrown;
  }
}

/** Whoever is not let in any more is told why; nothing is waited for. */
function tellEnd(reply: FastifyReply, thrown: unknown): void {
  reply.raw.write(render({ event: 'error', data: toProblem(toApiError(thrown), reply.request.id) }));
}

async function writeError(
  reply: FastifyReply,
  thrown: unknown,
  { log, signal }: { log: Log; signal: AbortSignal },
): Promise<void> {
  const error = toApiError(thrown);
  log.error({ requestId: reply.request.id, code: error.code, error: thrown }, 'a stream broke off');
  await write(reply, render({ event: 'error', data: toProblem(error, reply.request.id) }), signal);
}

/** The number after which a client wants to go on; null when it sent none. */
export function lastEventId(headers: Record<string, unknown>): number | null {
  const value = headers['last-event-id'];
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : null;
}
