import type { WakeTarget } from '../route/wake-header.ts';

export type WakeAnswer =
  /** An instance answers there: `http://address:port`. */
  | { kind: 'ready'; url: string }
  /** Nobody will answer, and why. */
  | { kind: 'refused'; reason: string };

/** Starts what sleeps when a request comes for it. */
export type Waker = {
  /** Resolves when an instance answers, or when none will; rejects when the signal aborts. */
  wake(target: WakeTarget, signal: AbortSignal): Promise<WakeAnswer>;
};
