import { createEventParser } from '../../../src/cli/client/parse-events.ts';
import { authorization } from './session.ts';

export type StreamState = { isLive: boolean; lastAt: number | null };

/** The server beats every ten seconds. */
const silenceMs = 35_000;
const longestPauseMs = 10_000;

/**
 * Follows a stream of server-sent events at `path` until `signal` aborts, and goes on after a break where it ended. Not an EventSource:
 * that can send no token. `onState` tells when data stops and comes again.
 */
export async function follow(
  path: string,
  {
    onEvent,
    onState,
    signal,
    after = null,
  }: {
    onEvent: (event: { event: string; data: unknown }) => void;
    onState?: (state: StreamState) => void;
    signal: AbortSignal;
    /** The event to begin after; `0` = from the oldest that is kept. */
    after?: string | null;
  },
): Promise<void> {
  let lastId = after;
  let lastAt: number | null = null;
  let pauseMs = 500;
  while (!signal.aborted) {
    try {
      await readOnce(path, lastId, signal, {
        onBeat: () => {
          lastAt = Date.now();
          pauseMs = 500;
          onState?.({ isLive: true, lastAt });
        },
        onEvent: ({ id, event, data }) => {
          lastId = id ?? lastId;
          onEvent({ event, data });
        },
      });
    } catch {
      // Whatever broke the stream, it is begun again below; the state says so meanwhile.
    }
    if (signal.aborted) return;
    onState?.({ isLive: false, lastAt });
    await pause(pauseMs, signal);
    pauseMs = Math.min(longestPauseMs, pauseMs * 2);
  }
}

async function readOnce(
  path: string,
  lastId: string | null,
  signal: AbortSignal,
  on: {
    onBeat: () => void;
    onEvent: (event: { id: string | null; event: string; data: unknown }) => void;
  },
): Promise<void> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), silenceMs);
  try {
    const response = await fetch(path, {
      headers: {
        accept: 'text/event-stream',
        ...authorization(),
        ...(lastId === null ? {} : { 'last-event-id': lastId }),
      },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (response.status !== 200 || response.body === null) throw new Error(`status ${response.status}`);
    on.onBeat();
    const parse = createEventParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), silenceMs);
      on.onBeat();
      for (const { id, event, data } of parse(part.value)) on.onEvent({ id, event, data: JSON.parse(data) });
    }
  } finally {
    clearTimeout(timer);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
