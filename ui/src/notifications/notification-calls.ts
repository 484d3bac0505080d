import { queryOptions } from '@tanstack/react-query';
import { api, dataOf, done, type Schemas } from '../client/api.ts';

export type Target = Schemas['NotificationTarget'];
export type NewTarget = Schemas['NewNotificationTargetInput'];
export type Webhook = Schemas['Webhook'];

export const targetsQuery = queryOptions({
  queryKey: ['notification-targets'],
  queryFn: async ({ signal }) => (await dataOf(api.GET('/api/v1/notification-targets', { signal }))).items,
  refetchInterval: 10_000,
});

export const messagesQuery = (target: string) =>
  queryOptions({
    queryKey: ['notification-targets', target, 'messages'],
    queryFn: async ({ signal }) =>
      (
        await dataOf(
          api.GET('/api/v1/notification-targets/{target}/messages', {
            params: { path: { target }, query: { limit: 50 } },
            signal,
          }),
        )
      ).items,
    refetchInterval: 5_000,
  });

export function addTarget(body: NewTarget): Promise<Schemas['NotificationTargetAdded']> {
  return dataOf(api.POST('/api/v1/notification-targets', { body }));
}

export function removeTarget(target: string): Promise<void> {
  return done(api.DELETE('/api/v1/notification-targets/{target}', { params: { path: { target } } }));
}

export function testTarget(target: string): Promise<Schemas['NotificationTested']> {
  return dataOf(api.POST('/api/v1/notification-targets/{target}/test', { params: { path: { target } } }));
}

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: async ({ signal }) => (await dataOf(api.GET('/api/v1/webhooks', { signal }))).items,
  refetchInterval: 10_000,
});

export const deliveriesQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', id, 'deliveries'],
    queryFn: async ({ signal }) =>
      (
        await dataOf(
          api.GET('/api/v1/webhooks/{id}/deliveries', {
            params: { path: { id }, query: { limit: 50 } },
            signal,
          }),
        )
      ).items,
    refetchInterval: 5_000,
  });

export function addWebhook(body: Schemas['NewWebhookInput']): Promise<Schemas['WebhookAdded']> {
  return dataOf(api.POST('/api/v1/webhooks', { body }));
}

export function removeWebhook(id: string): Promise<void> {
  return done(api.DELETE('/api/v1/webhooks/{id}', { params: { path: { id } } }));
}

export function enableWebhook(id: string): Promise<unknown> {
  return dataOf(api.POST('/api/v1/webhooks/{id}/enable', { params: { path: { id } } }));
}
