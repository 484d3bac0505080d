import type { Api, FilePlace } from '../calls/api.ts';
import { CliError, errorOfProblem, exitCodes } from '../cli-error.ts';
import { sendBytes } from '../client/client.ts';
import { nowhereError } from '../calls/nowhere-error.ts';

type Target = { url: string; token: string | null; signal: AbortSignal };

/** The calls that carry files of instances, as tars that stream. */
export function createFileCalls(target: Target): Pick<Api, 'readFiles' | 'writeFiles'> {
  const { url, token, signal } = target;
  return {
    async *readFiles(place) {
      const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
      const answer = await fetch(urlOf(url, place), { headers: authorization, signal }).catch(
        (cause: unknown) => {
          throw lost(target, cause);
        },
      );
      if (!answer.ok || answer.body === null)
        throw errorOfProblem(await answer.json().catch(() => null), answer.status);
      try {
        yield* answer.body;
      } catch (cause) {
        throw lost(target, cause);
      }
    },
    async writeFiles(place, tar) {
      let reading: unknown = null;
      const bytes = (async function* () {
        try {
          yield* tar;
        } catch (error) {
          reading = error;
          throw error;
        }
      })();
      const answer = await sendBytes(
        urlOf(url, place),
        token,
        { bytes, type: 'application/x-tar' },
        signal,
      ).catch((cause: unknown) => {
        if (reading instanceof Error && !signal.aborted)
          throw new CliError(
            { code: 'input.invalid', detail: reading.message, fix: 'Try again.' },
            { cause },
          );
        throw lost(target, cause);
      });
      if (!answer.response.ok) throw errorOfProblem(answer.error, answer.response.status);
    },
  };
}

function urlOf(url: string, { app, service, slot, path }: FilePlace): string {
  const query = new URLSearchParams({ path });
  if (service !== null) query.set('service', service);
  if (slot !== null) query.set('instance', String(slot));
  return `${url}/api/v1/apps/${encodeURIComponent(app)}/files?${query.toString()}`;
}

function lost({ url, signal }: Target, cause: unknown): CliError {
  if (!signal.aborted) return nowhereError(url, cause);
  return new CliError(
    { code: 'interrupted', detail: 'Interrupted.', exitCode: exitCodes.interrupted },
    { cause },
  );
}
