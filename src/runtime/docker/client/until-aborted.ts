import { abortedError } from './engine-error.ts';

/** Waits for a promise that others wait for too: the signal ends only this wait, not the work. */
export function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  what: string,
): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(abortedError(what, signal.reason));
    const settle = (finish: () => void) => (): void => {
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    promise.then(
      (value) => settle(() => resolve(value))(),
      (error: unknown) => settle(() => reject(error))(),
    );
  });
}
