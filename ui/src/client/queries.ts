import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from './api.ts';

/** How often what no event tells of is read again. */
const often = 2_000;
const seldom = 10_000;

export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/status', { signal })),
  refetchInterval: 5_000,
});

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/me', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

export const appsQuery = queryOptions({
  queryKey: ['apps'],
  queryFn: async ({ signal }) => (await dataOf(api.GET('/api/v1/apps', { signal }))).items,
  refetchInterval: seldom,
});

export const appQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/apps/{app}', { params: { path: { app } }, signal })),
    refetchInterval: seldom,
  });

export const instancesQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'instances'],
    queryFn: async ({ signal }) =>
      (await dataOf(api.GET('/api/v1/apps/{app}/instances', { params: { path: { app } }, signal }))).items,
    refetchInterval: often,
  });

export const usageQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'usage'],
    queryFn: async ({ signal }) => {
      const usage = await dataOf(api.GET('/api/v1/apps/{app}/stats', { params: { path: { app } }, signal }));
      // The same address gives a stream when it is asked for one.
      return typeof usage === 'string' ? null : usage;
    },
    refetchInterval: often,
  });

export const historyQuery = (app: string, minutes: number) =>
  queryOptions({
    queryKey: ['app', app, 'history', minutes],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/apps/{app}/history', { params: { path: { app }, query: { minutes } }, signal }),
      ),
    refetchInterval: minutes <= 5 ? 1_000 : minutes <= 60 ? 5_000 : 30_000,
    placeholderData: (before) => before,
  });

export const releasesQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'releases'],
    queryFn: async ({ signal }) =>
      (await dataOf(api.GET('/api/v1/apps/{app}/releases', { params: { path: { app } }, signal }))).items,
  });

export const scansQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'scans'],
    queryFn: async ({ signal }) =>
      (await dataOf(api.GET('/api/v1/apps/{app}/scans', { params: { path: { app } }, signal }))).items,
  });

export const schedulesQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'schedules'],
    queryFn: async ({ signal }) =>
      (await dataOf(api.GET('/api/v1/apps/{app}/schedules', { params: { path: { app } }, signal }))).items,
    refetchInterval: seldom,
  });

export const rulesQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'rules'],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/apps/{app}/rules', { params: { path: { app } }, signal })),
  });

export const ruleVersionsQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'rule-versions'],
    queryFn: async ({ signal }) =>
      (await dataOf(api.GET('/api/v1/apps/{app}/rule-versions', { params: { path: { app } }, signal })))
        .items,
  });

export const composeQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'compose'],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/apps/{app}/compose', { params: { path: { app } }, parseAs: 'text', signal })),
  });

export type DecisionFilter = { app?: string | undefined; onlyChanges?: boolean | undefined; limit?: number };

export const decisionsQuery = ({ app, onlyChanges, limit = 100 }: DecisionFilter) =>
  queryOptions({
    queryKey: ['decisions', { app, onlyChanges, limit }],
    queryFn: async ({ signal }) =>
      (
        await dataOf(
          api.GET('/api/v1/decisions', {
            params: {
              query: {
                limit,
                ...(app === undefined ? {} : { app }),
                ...(onlyChanges === undefined ? {} : { onlyChanges }),
              },
            },
            signal,
          }),
        )
      ).items,
    refetchInterval: seldom,
  });

export const explanationQuery = (id: string) =>
  queryOptions({
    queryKey: ['decisions', 'one', id],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/decisions/{id}', { params: { path: { id } }, signal })),
  });

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: async ({ signal }) => (await dataOf(api.GET('/api/v1/users', { signal }))).items,
});

export const secondFactorQuery = queryOptions({
  queryKey: ['me', 'second-factor'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/me/second-factor', { signal })),
});

export const myQuotaQuery = queryOptions({
  queryKey: ['me', 'quota'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/me/quota', { signal })),
});

export const defaultQuotaQuery = queryOptions({
  queryKey: ['quota'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/quota', { signal })),
});

export const registrationQuery = queryOptions({
  queryKey: ['registration'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/registration', { signal })),
});

export const tokensQuery = queryOptions({
  queryKey: ['me', 'tokens'],
  queryFn: async ({ signal }) => (await dataOf(api.GET('/api/v1/me/tokens', { signal }))).items,
});

export const loginsQuery = queryOptions({
  queryKey: ['me', 'logins'],
  queryFn: async ({ signal }) => (await dataOf(api.GET('/api/v1/me/logins', { signal }))).items,
});

export const hooksQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'hooks'],
    queryFn: async ({ signal }) =>
      (await dataOf(api.GET('/api/v1/apps/{app}/hooks', { params: { path: { app } }, signal }))).items,
  });

export const imagesQuery = queryOptions({
  queryKey: ['images'],
  queryFn: async ({ signal }) => (await dataOf(api.GET('/api/v1/images', { signal }))).items,
});

export const alertsQuery = queryOptions({
  queryKey: ['alerts'],
  queryFn: async ({ signal }) => (await dataOf(api.GET('/api/v1/alerts', { signal }))).items,
  refetchInterval: often,
});

export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: async ({ signal }) => (await dataOf(api.GET('/api/v1/invitations', { signal }))).items,
});

export const inboxQuery = queryOptions({
  queryKey: ['inbox'],
  queryFn: async ({ signal }) =>
    (await dataOf(api.GET('/api/v1/inbox', { params: { query: { limit: 100 } }, signal }))).items,
  refetchInterval: seldom,
});

export const costQuery = (hours: number) =>
  queryOptions({
    queryKey: ['cost', hours],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/cost', {
          params: { query: { since: Date.now() - hours * 3_600_000 } },
          signal,
        }),
      ),
    refetchInterval: seldom,
  });

export const trialsQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'chaos'],
    queryFn: async ({ signal }) =>
      (await dataOf(api.GET('/api/v1/apps/{app}/chaos', { params: { path: { app } }, signal }))).items,
    refetchInterval: seldom,
  });

export const auditQuery = queryOptions({
  queryKey: ['audit'],
  queryFn: async ({ signal }) =>
    (await dataOf(api.GET('/api/v1/audit', { params: { query: { limit: 200 } }, signal }))).items,
  refetchInterval: seldom,
});

export const auditProofQuery = queryOptions({
  queryKey: ['audit', 'proof'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/audit/proof', { signal })),
});

export const admissionsQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'admissions'],
    queryFn: async ({ signal }) =>
      (
        await dataOf(
          api.GET('/api/v1/apps/{app}/admissions', {
            params: { path: { app }, query: { limit: 1 } },
            signal,
          }),
        )
      ).items,
  });
