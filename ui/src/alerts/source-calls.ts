import { queryOptions } from '@tanstack/react-query';
import { api, dataOf, done, type Schemas } from '../client/api.ts';

export type AlertSource = Schemas['AlertSource'];
export type NewSource = Schemas['NewAlertSourceInput'];
export type Preview = Schemas['AlertsPreview'];

export const sourcesQuery = queryOptions({
  queryKey: ['alert-sources'],
  queryFn: async ({ signal }) => (await dataOf(api.GET('/api/v1/alert-sources', { signal }))).items,
});

export function addSource(body: NewSource): Promise<Schemas['AlertSourceAdded']> {
  return dataOf(api.POST('/api/v1/alert-sources', { body }));
}

export function removeSource(source: string): Promise<void> {
  return done(api.DELETE('/api/v1/alert-sources/{source}', { params: { path: { source } } }));
}

/** What a payload would be read as; nothing is stored. */
export function previewPayload(source: string, payload: unknown): Promise<Preview> {
  return dataOf(
    api.POST('/api/v1/alert-sources/{source}/preview', { params: { path: { source } }, body: { payload } }),
  );
}
