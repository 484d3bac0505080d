/** Waits between attempts; a control plane that restarts is back by then. */
const waitsMs = [250, 500, 1_000, 2_000, 4_000];

type Sending = {
  fetch: (request: Request) => Promise<Response>;
  wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
  newKey: () => string;
};

/**
 * Sends changes with an `Idempotency-Key` of their own. One whose answer got lost on the way is sent again with the same key,
 * so that it is carried out once however often it was sent. Reads, and what nobody listens for, fail at once.
 */
export function createSender({ fetch, wait, newKey }: Sending): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method === 'GET' || request.method === 'HEAD') return fetch(request);
    if (!request.headers.has('idempotency-key')) request.headers.set('idempotency-key', newKey());
    for (const waitMs of waitsMs) {
      try {
        const answer = await fetch(request.clone());
        if (!isUnderWay(answer)) return answer;
      } catch (error) {
        if (request.signal.aborted || isNowhere(error)) throw error;
      }
      await wait(waitMs, request.signal);
    }
    return fetch(request);
  };
}

/** 409 with a time to come back: an earlier attempt is being carried out. */
function isUnderWay(answer: Response): boolean {
  return answer.status === 409 && answer.headers.has('retry-after');
}

/** Refused before anything was sent. */
function isNowhere(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}
