import { askForNothing, type Ask } from './ask.ts';
import type { ApiClient, Schemas } from '../client/client.ts';

export type SourceView = Schemas['AlertSource'];
export type NewSource = Schemas['NewAlertSourceInput'];
export type AlertsPreview = Schemas['AlertsPreview'];

/** Other monitoring systems. Every call fails with a `CliError`. */
export type AlertCalls = {
  sources(): Promise<readonly SourceView[]>;
  /** The secret is given this once. */
  addSource(source: NewSource): Promise<{ source: SourceView; secret: string }>;
  removeSource(source: string): Promise<void>;
  preview(source: string, payload: unknown): Promise<AlertsPreview>;
};

export function createAlertCalls(ask: Ask, client: ApiClient): AlertCalls {
  const of = (source: string) => ({ params: { path: { source } } });
  return {
    sources: async () => (await ask((signal) => client.GET('/api/v1/alert-sources', { signal }))).items,
    addSource: async (body) => ask((signal) => client.POST('/api/v1/alert-sources', { body, signal })),
    removeSource: async (source) =>
      askForNothing(ask, (signal) =>
        client.DELETE('/api/v1/alert-sources/{source}', { ...of(source), signal }),
      ),
    preview: async (source, payload) =>
      ask((signal) =>
        client.POST('/api/v1/alert-sources/{source}/preview', { ...of(source), body: { payload }, signal }),
      ),
  };
}
