import { queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from '../client/api.ts';

export type Kind = Schemas['PolicyState']['kind'];
export type PolicyFile = Schemas['Policies']['files'][number];
/** The platform, or an app by its unique name. */
export type Scope = string | null;

const key = (scope: Scope, ...rest: string[]) => ['policies', scope ?? '', ...rest];

/** Which policy decides. */
export const policyStateQuery = (scope: Scope, kind: Kind) =>
  queryOptions({
    queryKey: key(scope, kind, 'state'),
    queryFn: ({ signal }) =>
      dataOf(
        scope === null
          ? api.GET('/api/v1/policies/{kind}', { params: { path: { kind } }, signal })
          : api.GET('/api/v1/apps/{app}/policies/{kind}', { params: { path: { app: scope, kind } }, signal }),
      ),
  });

/** The files in force, of both kinds. */
export const policyFilesQuery = (scope: Scope) =>
  queryOptions({
    queryKey: key(scope, 'files'),
    queryFn: async ({ signal }) =>
      (
        await dataOf(
          scope === null
            ? api.GET('/api/v1/policies', { signal })
            : api.GET('/api/v1/apps/{app}/policies', { params: { path: { app: scope } }, signal }),
        )
      ).files,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const policyRevisionsQuery = (scope: Scope, kind: Kind) =>
  queryOptions({
    queryKey: key(scope, kind, 'revisions'),
    queryFn: async ({ signal }) =>
      (
        await dataOf(
          scope === null
            ? api.GET('/api/v1/policies/{kind}/revisions', { params: { path: { kind } }, signal })
            : api.GET('/api/v1/apps/{app}/policies/{kind}/revisions', {
                params: { path: { app: scope, kind } },
                signal,
              }),
        )
      ).items,
  });

export const policyActivationsQuery = (scope: Scope, kind: Kind) =>
  queryOptions({
    queryKey: key(scope, kind, 'activations'),
    queryFn: async ({ signal }) =>
      (
        await dataOf(
          scope === null
            ? api.GET('/api/v1/policies/{kind}/activations', { params: { path: { kind } }, signal })
            : api.GET('/api/v1/apps/{app}/policies/{kind}/activations', {
                params: { path: { app: scope, kind } },
                signal,
              }),
        )
      ).items,
  });

/** The files of a saved revision. */
export async function readRevision(scope: Scope, kind: Kind, number: number): Promise<PolicyFile[]> {
  const { files } = await dataOf(
    scope === null
      ? api.GET('/api/v1/policies/{kind}/revisions/{number}', { params: { path: { kind, number } } })
      : api.GET('/api/v1/apps/{app}/policies/{kind}/revisions/{number}', {
          params: { path: { app: scope, kind, number } },
        }),
  );
  return files;
}

/** Checked, tested and run against the newest `dryRun` decisions; nothing is stored. */
export function judge(
  scope: Scope,
  files: PolicyFile[],
  dryRun: number,
): Promise<Schemas['PolicyJudgement']> {
  const body = { files, dryRun };
  return dataOf(
    scope === null
      ? api.POST('/api/v1/policies:judge', { body })
      : api.POST('/api/v1/apps/{app}/policies:judge', { params: { path: { app: scope } }, body }),
  );
}

export function save(
  scope: Scope,
  kind: Kind,
  files: PolicyFile[],
  note: string,
): Promise<Schemas['SavedPolicy']> {
  const body = { files, note };
  return dataOf(
    scope === null
      ? api.POST('/api/v1/policies/{kind}/revisions', { params: { path: { kind } }, body })
      : api.POST('/api/v1/apps/{app}/policies/{kind}/revisions', {
          params: { path: { app: scope, kind } },
          body,
        }),
  );
}

export function activate(scope: Scope, kind: Kind, number: number): Promise<Schemas['PolicyState']> {
  const body = { number, note: '' };
  return dataOf(
    scope === null
      ? api.POST('/api/v1/policies/{kind}/revisions:activate', { params: { path: { kind } }, body })
      : api.POST('/api/v1/apps/{app}/policies/{kind}/revisions:activate', {
          params: { path: { app: scope, kind } },
          body,
        }),
  );
}

/** As it was before the last change. */
export function rollBack(scope: Scope, kind: Kind): Promise<Schemas['PolicyState']> {
  const body = { note: '' };
  return dataOf(
    scope === null
      ? api.POST('/api/v1/policies/{kind}/revisions:rollback', { params: { path: { kind } }, body })
      : api.POST('/api/v1/apps/{app}/policies/{kind}/revisions:rollback', {
          params: { path: { app: scope, kind } },
          body,
        }),
  );
}
