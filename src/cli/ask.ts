import type { DeployRequest } from './api.ts';
import type { Schemas } from './client/client.ts';

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** Makes one call and gives the data of its answer; a `CliError` otherwise. */
export type Ask = <T>(call: (signal: AbortSignal) => Promise<Answer<T>>) => Promise<T>;

/** A request body without what was not asked for. */
export function deployBody({
  files,
  support,
  environment,
  profiles,
  directory,
  pull,
  builds,
  isBuilding,
}: DeployRequest): Schemas['NewDeploymentInput'] {
  return {
    files,
    support,
    environment,
    profiles,
    ...(directory === undefined ? {} : { directory }),
    ...(pull === undefined ? {} : { pull }),
    ...(builds === undefined ? {} : { builds }),
    ...(isBuilding === undefined ? {} : { isBuilding }),
  };
}

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
