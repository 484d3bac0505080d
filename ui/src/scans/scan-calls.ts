import { queryOptions } from '@tanstack/react-query';
import { api, dataOf, done, type Schemas } from '../client/api.ts';

export type Waiver = Schemas['ScanWaiver'];

export const waiversQuery = queryOptions({
  queryKey: ['scan-waivers'],
  queryFn: async ({ signal }) => (await dataOf(api.GET('/api/v1/scan-waivers', { signal }))).items,
});

export const scanDatabaseQuery = queryOptions({
  queryKey: ['scan-database'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/scan-database', { signal })),
});

export function waive(body: Schemas['NewScanWaiverInput']): Promise<unknown> {
  return dataOf(api.POST('/api/v1/scan-waivers', { body }));
}

export function endWaiver(id: string): Promise<void> {
  return done(api.DELETE('/api/v1/scan-waivers/{id}', { params: { path: { id } } }));
}

export function importDatabase(path: string): Promise<unknown> {
  return dataOf(api.POST('/api/v1/scan-database:import', { body: { path } }));
}

/** The scans of an app as a document for other tools. */
export function exportScans(app: string, format: 'sarif' | 'cyclonedx'): Promise<unknown> {
  return dataOf(api.GET('/api/v1/apps/{app}/scans:export', { params: { path: { app }, query: { format } } }));
}

/** Whether a waiver takes a finding of an app out of the verdict. */
export function isWaived(
  waivers: readonly Waiver[],
  { app, id, package: name, now }: { app: string; id: string; package: string; now: number },
): boolean {
  return waivers.some(
    (waiver) =>
      waiver.finding === id &&
      (waiver.app === null || waiver.app === app) &&
      (waiver.package === null || waiver.package === name) &&
      waiver.expiresAt > now,
  );
}
