import { CliError, errorOfProblem, exitCodes } from '../cli-error.ts';
import { nowhereError } from './nowhere-error.ts';
import { withoutLogin } from './without-login.ts';

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** Makes one call and gives the data of its answer; a `CliError` otherwise. */
export type Ask = <T>(call: (signal: AbortSignal) => Promise<Answer<T>>) => Promise<T>;

/** A 204 has no data, which `ask` takes for a failure. */
export async function askForNothing(
  ask: Ask,
  call: (signal: AbortSignal) => Promise<{ error?: unknown; response: Response }>,
): Promise<void> {
  await ask(async (signal) => {
    const { error, response } = await call(signal);
    return response.ok ? { data: true, response } : { error, response };
  });
}

/** A control plane that does not answer a plain call for this long is stuck. */
const answerTimeoutMs = 30_000;

function failedCall(url: string, cause: unknown, interruption: AbortSignal): CliError {
  if (interruption.aborted) {
    return new CliError(
      { code: 'interrupted', detail: 'Interrupted.', exitCode: exitCodes.interrupted },
      { cause },
    );
  }
  if (cause instanceof DOMException && cause.name === 'TimeoutError') {
    const detail = `The control plane at ${url} did not answer within ${answerTimeoutMs / 1000} s.`;
    return new CliError(
      {
        code: 'timed_out',
        title: 'Timed out',
        detail,
        fix: 'Look at its log, or start it anew: crane down, crane up --detach',
      },
      { cause },
    );
  }
  return nowhereError(url, cause);
}

/** Calls give the data of their answer, or throw a CliError: of the problem document, or why there was no answer. */
export function createAsk(url: string, interruption: AbortSignal): Ask {
  return async (call) => {
    let answer;
    try {
      answer = await call(AbortSignal.any([interruption, AbortSignal.timeout(answerTimeoutMs)]));
    } catch (error) {
      throw failedCall(url, error, interruption);
    }
    if (answer.data !== undefined) return answer.data;
    throw withoutLogin(url, errorOfProblem(answer.error, answer.response.status));
  };
}
