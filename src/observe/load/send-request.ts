import type { Dispatcher, Pool } from 'undici';
import type { LostKind } from '../../core/load/load.ts';
import { lostByAnswer, lostByError } from '../../core/load/lost-kind.ts';

/** How one request ended. `status` and `instance` are null when no whole answer came. */
export type Outcome = { status: number | null; instance: string | null; lost: LostKind | null };

export type SentRequest = {
  /** Gives up waiting: the request ends as lost by `timeout`. Does nothing once it has ended. */
  giveUp(): void;
};

/** Longer names of instances are cut: what the app sends ends up in our report. */
const maxInstanceName = 80;

function instanceOf(header: string | string[] | undefined): string | null {
  const value = Array.isArray(header) ? header[0] : header;
  const name = (value ?? '').replace(/[^!-~]/g, '').slice(0, maxInstanceName);
  return name === '' ? null : name;
}

function codeOf(error: Error & { code?: unknown }): string | null {
  return typeof error.code === 'string' ? error.code : null;
}

/**
 * Sends one request and reads its answer to the end without keeping it. `onEnd` is called exactly once.
 * The connection of a request that was given up is closed, so that a late answer is nobody else's.
 */
export function sendRequest(
  pool: Pool,
  request: Dispatcher.DispatchOptions,
  onEnd: (outcome: Outcome) => void,
): SentRequest {
  let hasEnded = false;
  let controller: Dispatcher.DispatchController | null = null;
  let status = 0;
  let instance: string | null = null;
  const end = (outcome: Outcome): void => {
    if (hasEnded) return;
    hasEnded = true;
    onEnd(outcome);
  };
  const abort = (): void => controller?.abort(new Error('No answer in time.'));
  pool.dispatch(request, {
    onRequestStart(started) {
      controller = started;
      if (hasEnded) abort();
    },
    onResponseStart(_controller, statusCode, headers) {
      status = statusCode;
      instance = instanceOf(headers['x-instance']);
    },
    onResponseData() {},
    onResponseEnd: () => end({ status, instance, lost: lostByAnswer(status, instance) }),
    onResponseError: (_controller, error) =>
      end({ status: null, instance: null, lost: lostByError(codeOf(error)) }),
  });
  return {
    giveUp() {
      end({ status: null, instance: null, lost: 'timeout' });
      abort();
    },
  };
}
