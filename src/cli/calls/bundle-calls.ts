import type { Api } from './api.ts';
import type { Ask } from './ask.ts';
import type { ApiClient } from '../client/client.ts';

/** Calls about apps as files. */
export function createBundleCalls(
  ask: Ask,
  client: ApiClient,
): Pick<Api, 'bundle' | 'archive' | 'compose' | 'importArchive'> {
  const of = (app: string) => ({ params: { path: { app } } });
  return {
    bundle: async (ref) => ask((signal) => client.GET('/api/v1/apps/{app}/bundle', { ...of(ref), signal })),
    archive: async (ref) =>
      new Uint8Array(
        await ask((signal) =>
          client.GET('/api/v1/apps/{app}/export', { ...of(ref), signal, parseAs: 'arrayBuffer' }),
        ),
      ),
    compose: async (ref) =>
      ask((signal) => client.GET('/api/v1/apps/{app}/compose', { ...of(ref), signal, parseAs: 'text' })),
    importArchive: async ({ archive, name, envFile, pull }) => {
      const body = {
        archive: Buffer.from(archive).toString('base64'),
        ...(name === undefined ? {} : { name }),
        ...(envFile === undefined ? {} : { envFile }),
        ...(pull === undefined ? {} : { pull }),
      };
      return ask((signal) => client.POST('/api/v1/apps:import', { body, signal }));
    },
  };
}
