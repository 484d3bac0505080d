import type { Ask } from './ask.ts';
import type { ApiClient, Schemas } from '../client/client.ts';
import type { OperationView } from './views.ts';

export type ChaosRequest = Schemas['ChaosRequestInput'];

/** Disturbances of own apps. */
export type ChaosCalls = {
  start(app: string, request: ChaosRequest): Promise<{ operation: OperationView }>;
  /** Newest first. */
  list(app: string): Promise<OperationView[]>;
};

export function createChaosCalls(ask: Ask, client: ApiClient): ChaosCalls {
  return {
    start: async (app, body) =>
      ask((signal) => client.POST('/api/v1/apps/{app}/chaos', { params: { path: { app } }, body, signal })),
    list: async (app) => {
      const of = { params: { path: { app } } };
      return [...(await ask((signal) => client.GET('/api/v1/apps/{app}/chaos', { ...of, signal }))).items];
    },
  };
}
