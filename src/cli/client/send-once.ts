import type { HttpAnswer, HttpRequest } from './send-http.ts';

/** Waits between attempts; a control plane that restarts is back by then. */
const waitsMs = [250, 500, 1_000, 2_000, 4_000];

type Send = (request: HttpRequest) => Promise<HttpAnswer>;
type Sending = {
  send: Send;
  /** Ends early, without an error, when the signal aborts. */
  wait: (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;
  newKey: () => string;
};

/**
 * Sends changes with an `Idempotency-Key` of their own. One whose answer got lost on the way is sent again with the same key,
 * so that it is carried out once however often it was sent. Reads, and what nobody listens for, fail at once.
 */
export function createSender({ send, wait, newKey }: Sending): Send {
  return async (asked) => {
    if (asked.method === 'GET' || asked.method === 'HEAD') return send(asked);
    const request = { ...asked, headers: { 'idempotency-key': newKey(), ...asked.headers } };
    for (const waitMs of waitsMs) {
      try {
        const answer = await send(request);
        if (!isUnderWay(answer)) return answer;
      } catch (error) {
        if (request.signal?.aborted === true || isNowhere(error)) throw error;
      }
      await wait(waitMs, request.signal);
    }
    return send(request);
  };
}

/** 409 with a time to come back: an earlier attempt is being carried out. */
function isUnderWay(answer: HttpAnswer): boolean {
  return answer.status === 409 && answer.header('retry-after') !== null;
}

const nowhere: readonly unknown[] = ['ECONNREFUSED', 'ENOENT', 'EACCES'];

/** Refused before anything was sent; of a socket, that it is not there, or somebody else's. */
function isNowhere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && nowhere.includes(error.code);
}
