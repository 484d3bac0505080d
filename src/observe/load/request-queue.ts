import { Pool, type Dispatcher } from 'undici';
import type { LoadSpec } from '../../core/load/load.ts';
import { sendRequest, type Outcome, type SentRequest } from './send-request.ts';

export type RequestQueue = {
  /** A request is due; it is sent as soon as a connection is free. */
  add(plannedAt: number): void;
  /** Ends the requests that are out of time. */
  expire(): void;
  isEmpty(): boolean;
  /** Closes every connection; requests under way end unheard. */
  close(): Promise<void>;
};

export type RequestQueueDeps = {
  spec: LoadSpec;
  /** Milliseconds since the begin of the load. */
  elapsed: () => number;
  /** Called once for each added request. */
  onEnd: (outcome: Outcome, times: { plannedAt: number; endedAt: number }) => void;
};

function openPool(spec: LoadSpec): Pool {
  return new Pool(new URL(spec.url).origin, {
    connections: spec.connections,
    pipelining: 1,
    connect: {
      timeout: spec.timeoutMs,
      ...(spec.authority === undefined
        ? {}
        : { ca: spec.authority, servername: spec.host.replace(/:\d+$/, '') }),
    },
    // One deadline per request, counted from its planned start, is kept here instead.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 60_000,
  });
}

function requestOf(spec: LoadSpec): Dispatcher.DispatchOptions {
  const headers = { host: spec.host, 'user-agent': 'crane-load', accept: '*/*' };
  return { method: spec.method, path: spec.path, headers };
}

/** Planned starts, read from the front without moving the rest each time. */
function createWaiting(): { push(at: number): void; take(): number | undefined; isEmpty(): boolean } {
  let due: number[] = [];
  let head = 0;
  return {
    push: (at) => due.push(at),
    take() {
      const first = due[head];
      if (first === undefined) return undefined;
      head += 1;
      if (head > 4096) {
        due = due.slice(head);
        head = 0;
      }
      return first;
    },
    isEmpty: () => head === due.length,
  };
}

/**
 * Requests over at most `spec.connections` kept-alive connections, first due, first sent. A request is lost
 * `spec.timeoutMs` after its planned start: as `not-sent` when it never got a connection, else as `timeout`.
 */
export function createRequestQueue({ spec, elapsed, onEnd }: RequestQueueDeps): RequestQueue {
  const pool = openPool(spec);
  const request = requestOf(spec);
  const waiting = createWaiting();
  /** In the order sent, so that the oldest come first. */
  const underWay = new Map<object, { sent: SentRequest; plannedAt: number }>();

  function send(plannedAt: number): void {
    const key = {};
    let hasEnded = false;
    const sent = sendRequest(pool, request, (outcome) => {
      hasEnded = true;
      underWay.delete(key);
      onEnd(outcome, { plannedAt, endedAt: elapsed() });
      sendWaiting();
    });
    if (!hasEnded) underWay.set(key, { sent, plannedAt });
  }

  function sendWaiting(): void {
    while (underWay.size < spec.connections) {
      const plannedAt = waiting.take();
      if (plannedAt === undefined) return;
      const nowMs = elapsed();
      if (nowMs - plannedAt < spec.timeoutMs) send(plannedAt);
      else onEnd({ status: null, instance: null, lost: 'not-sent' }, { plannedAt, endedAt: nowMs });
    }
  }

  return {
    add(plannedAt) {
      waiting.push(plannedAt);
      sendWaiting();
    },
    expire() {
      const nowMs = elapsed();
      for (const { sent, plannedAt } of underWay.values()) {
        if (nowMs - plannedAt < spec.timeoutMs) break;
        sent.giveUp();
      }
    },
    isEmpty: () => waiting.isEmpty() && underWay.size === 0,
    close: () => pool.destroy(),
  };
}
