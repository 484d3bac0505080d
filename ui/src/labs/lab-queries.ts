import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../client/api.ts';
import type { components } from '../../../src/cli/client/api.gen.ts';

export type Lab = components['schemas']['Lab'];
export type LabStep = Lab['steps'][number];

export const labsQuery = queryOptions({
  queryKey: ['labs'],
  queryFn: async ({ signal }) => (await dataOf(api.GET('/api/v1/labs', { signal }))).items,
});

/** Goals tick themselves: what is done elsewhere is seen within two seconds. */
export const labQuery = (lab: string) =>
  queryOptions({
    queryKey: ['labs', lab],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/labs/{lab}', { params: { path: { lab } }, signal })),
    refetchInterval: 2_000,
  });

export const labBoardQuery = queryOptions({
  queryKey: ['lab-board'],
  queryFn: async ({ signal }) => (await dataOf(api.GET('/api/v1/lab-board', { signal }))).items,
  refetchInterval: 10_000,
});
