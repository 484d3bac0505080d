import { queryOptions } from '@tanstack/react-query';
import { api, dataOf, done, type Schemas } from '../client/api.ts';

export type Silence = Schemas['Silence'];

/** Silences and maintenance of an app, those that are over too. */
export const silencesQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'silences'],
    queryFn: async ({ signal }) =>
      (await dataOf(api.GET('/api/v1/apps/{app}/silences', { params: { path: { app } }, signal }))).items,
    refetchInterval: 10_000,
  });

export function addSilence(app: string, body: Schemas['NewSilenceInput']): Promise<unknown> {
  return dataOf(api.POST('/api/v1/apps/{app}/silences', { params: { path: { app } }, body }));
}

export function endSilence(app: string, id: number): Promise<void> {
  return done(api.DELETE('/api/v1/apps/{app}/silences/{id}', { params: { path: { app, id } } }));
}

export function beginMaintenance(app: string, body: Schemas['MaintenanceInput']): Promise<unknown> {
  return dataOf(api.PUT('/api/v1/apps/{app}/maintenance', { params: { path: { app } }, body }));
}

export function endMaintenance(app: string): Promise<void> {
  return done(api.DELETE('/api/v1/apps/{app}/maintenance', { params: { path: { app } } }));
}

export function isOpen({ endedAt, until }: Silence, now: number): boolean {
  return endedAt === null && until > now;
}
