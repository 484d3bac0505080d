import { askForNothing, type Ask } from './ask.ts';
import type { ApiClient, Schemas } from '../client/client.ts';

export type SilenceView = Schemas['Silence'];

/** Silences and maintenance. Every call fails with a `CliError`. */
export type SilenceCalls = {
  /** Newest first. */
  list(ref: string): Promise<readonly SilenceView[]>;
  add(ref: string, silence: Schemas['NewSilenceInput']): Promise<SilenceView>;
  end(ref: string, id: number): Promise<void>;
  beginMaintenance(ref: string, maintenance: Schemas['MaintenanceInput']): Promise<SilenceView>;
  endMaintenance(ref: string): Promise<void>;
};

export function createSilenceCalls(ask: Ask, client: ApiClient): SilenceCalls {
  const of = (app: string) => ({ params: { path: { app } } });
  return {
    list: async (ref) =>
      (await ask((signal) => client.GET('/api/v1/apps/{app}/silences', { ...of(ref), signal }))).items,
    add: async (ref, body) =>
      ask((signal) => client.POST('/api/v1/apps/{app}/silences', { ...of(ref), body, signal })),
    end: async (app, id) =>
      askForNothing(ask, (signal) =>
        client.DELETE('/api/v1/apps/{app}/silences/{id}', { params: { path: { app, id } }, signal }),
      ),
    beginMaintenance: async (ref, body) =>
      ask((signal) => client.PUT('/api/v1/apps/{app}/maintenance', { ...of(ref), body, signal })),
    endMaintenance: async (ref) =>
      askForNothing(ask, (signal) => client.DELETE('/api/v1/apps/{app}/maintenance', { ...of(ref), signal })),
  };
}
