import { queryOptions } from '@tanstack/react-query';
import { api, dataOf, done, type Schemas } from '../client/api.ts';

export type Group = Schemas['Group'];
export type MemberRole = Group['members'][number]['role'];

export const memberRoles = ['viewer', 'operator', 'owner'] as const satisfies readonly MemberRole[];

export const groupsQuery = queryOptions({
  queryKey: ['groups'],
  queryFn: async ({ signal }) => (await dataOf(api.GET('/api/v1/groups', { signal }))).items,
});

export function addGroup(name: string): Promise<unknown> {
  return dataOf(api.POST('/api/v1/groups', { body: { name } }));
}

export function removeGroup(group: string): Promise<void> {
  return done(api.DELETE('/api/v1/groups/{group}', { params: { path: { group } } }));
}

export function setMember(group: string, name: string, role: MemberRole): Promise<unknown> {
  const params = { path: { group, name } };
  return dataOf(api.PUT('/api/v1/groups/{group}/members/{name}', { params, body: { role } }));
}

export function takeOut(group: string, name: string): Promise<unknown> {
  return dataOf(api.DELETE('/api/v1/groups/{group}/members/{name}', { params: { path: { group, name } } }));
}

export function shareApp(group: string, app: string): Promise<unknown> {
  return dataOf(api.PUT('/api/v1/groups/{group}/apps/{app}', { params: { path: { group, app } } }));
}

export function unshareApp(group: string, app: string): Promise<unknown> {
  return dataOf(api.DELETE('/api/v1/groups/{group}/apps/{app}', { params: { path: { group, app } } }));
}
