import type { BuildApi, BuildRequest } from '../calls/api.ts';
import type { Ask } from '../calls/ask.ts';
import { deployBody } from '../calls/deploy-body.ts';
import { CliError, errorOfProblem, exitCodes } from '../cli-error.ts';
import { sendBytes, type ApiClient } from '../client/client.ts';
import { nowhereError } from '../calls/nowhere-error.ts';

type Target = { url: string; token: string | null; signal: AbortSignal };

/** The calls about images. */
export function createBuildCalls(ask: Ask, client: ApiClient, target: Target): BuildApi {
  return {
    sendContext: (bytes) => sendContext(target, bytes),
    build: async (ref, { name, ...request }) => {
      const body = buildBody(request);
      if (ref !== null) {
        const params = { path: { app: ref } };
        return ask((signal) => client.POST('/api/v1/apps/{app}/builds', { params, body, signal }));
      }
      const named = name === undefined ? body : { ...body, name };
      return ask((signal) => client.POST('/api/v1/apps:build', { body: named, signal }));
    },
    pull: async (ref) =>
      ask((signal) => client.POST('/api/v1/apps/{app}/pull', { params: { path: { app: ref } }, signal })),
    images: async (app) => {
      const params = { query: app === undefined ? {} : { app } };
      return (await ask((signal) => client.GET('/api/v1/images', { params, signal }))).items;
    },
  };
}

function buildBody({
  services,
  isPullingBases,
  hasCache,
  pull: _pull,
  isBuilding: _is,
  ...rest
}: BuildRequest) {
  return { ...deployBody(rest), services, isPullingBases, hasCache };
}

/** How long it takes depends on its size; the control plane ends what takes too long. */
async function sendContext(
  { url, token, signal }: Target,
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ id: string }> {
  let reading: unknown = null;
  const noted = (async function* (): AsyncIterable<Uint8Array> {
    try {
      yield* bytes;
    } catch (error) {
      reading = error;
      throw error;
    }
  })();
  let answer;
  try {
    answer = await sendBytes(
      `${url}/api/v1/contexts`,
      token,
      { bytes: noted, type: 'application/x-tar' },
      signal,
    );
  } catch (cause) {
    if (signal.aborted)
      throw new CliError(
        { code: 'interrupted', detail: 'Interrupted.', exitCode: exitCodes.interrupted },
        { cause },
      );
    if (reading instanceof Error)
      throw new CliError({ code: 'input.invalid', detail: reading.message, fix: 'Try again.' }, { cause });
    throw nowhereError(url, cause);
  }
  if (answer.data !== undefined) {
    const { z } = await import('zod');
    return z.looseObject({ id: z.string() }).parse(answer.data);
  }
  throw errorOfProblem(answer.error, answer.response.status);
}
