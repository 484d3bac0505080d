import { queryOptions } from '@tanstack/react-query';
import { api, dataOf, done, type Schemas } from '../client/api.ts';

export type AdmissionPolicy = Schemas['AdmissionPolicies']['policies'][number];
export type Mode = AdmissionPolicy['user'];
export type Violation = Schemas['AdmissionCheck']['violations'][number];

export const admissionPoliciesQuery = queryOptions({
  queryKey: ['admission', 'policies'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/admission/policies', { signal })),
});

export const exceptionsQuery = queryOptions({
  queryKey: ['admission', 'exceptions'],
  queryFn: async ({ signal }) => (await dataOf(api.GET('/api/v1/admission/exceptions', { signal }))).items,
});

export function changePolicy(policy: string, body: Schemas['AdmissionChangeInput']): Promise<unknown> {
  return dataOf(api.PATCH('/api/v1/admission/policies/{policy}', { params: { path: { policy } }, body }));
}

export function addException(body: Schemas['NewAdmissionExceptionInput']): Promise<unknown> {
  return dataOf(api.POST('/api/v1/admission/exceptions', { body }));
}

export function endException(id: string): Promise<void> {
  return done(api.DELETE('/api/v1/admission/exceptions/{id}', { params: { path: { id } } }));
}

/** What the policies would say of a compose file; `role` is somebody else than oneself. */
export function checkFile(text: string, role: 'user' | 'admin' | null): Promise<Schemas['AdmissionCheck']> {
  const body = { files: [{ path: 'compose.yaml', text }], ...(role === null ? {} : { role }) };
  return dataOf(api.POST('/api/v1/admission:check', { body }));
}
