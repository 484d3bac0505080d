import { askForNothing, type Ask } from './ask.ts';
import type { ApiClient, Schemas } from '../client/client.ts';
import { followStream } from './follow-stream.ts';
import type { ShownNotice } from './shown-notice.ts';

export type { ShownNotice } from './shown-notice.ts';

export type TargetView = Schemas['NotificationTarget'];
export type NewTarget = Schemas['NewNotificationTargetInput'];
export type MessageView = Schemas['NotificationMessage'];
export type NoticeView = Schemas['Notice'];
export type InboxFilter = { app?: string | undefined; unread: boolean; limit: number };

/** Telling people. Every call fails with a `CliError`. */
export type NotifyCalls = {
  targets(): Promise<readonly TargetView[]>;
  /** The secret is of a generic webhook, and given this once. */
  addTarget(target: NewTarget): Promise<{ target: TargetView; secret: string | null }>;
  removeTarget(target: string): Promise<void>;
  testTarget(target: string): Promise<{ tookMs: number; isHandedOver: boolean }>;
  /** Newest first. */
  messages(target: string, limit: number): Promise<readonly MessageView[]>;
  /** Newest first. */
  inbox(filter: InboxFilter): Promise<readonly NoticeView[]>;
  markRead(): Promise<void>;
  followInbox(signal: AbortSignal): AsyncIterable<ShownNotice>;
};

export function createNotifyCalls(
  ask: Ask,
  client: ApiClient,
  { url, token }: { url: string; token: string | null },
): NotifyCalls {
  const of = (target: string) => ({ params: { path: { target } } });
  return {
    targets: async () =>
      (await ask((signal) => client.GET('/api/v1/notification-targets', { signal }))).items,
    addTarget: async (body) => ask((signal) => client.POST('/api/v1/notification-targets', { body, signal })),
    removeTarget: async (target) =>
      askForNothing(ask, (signal) =>
        client.DELETE('/api/v1/notification-targets/{target}', { ...of(target), signal }),
      ),
    testTarget: async (target) =>
      ask((signal) => client.POST('/api/v1/notification-targets/{target}/test', { ...of(target), signal })),
    messages: async (target, limit) => {
      const params = { path: { target }, query: { limit } };
      const { items } = await ask((signal) =>
        client.GET('/api/v1/notification-targets/{target}/messages', { params, signal }),
      );
      return items;
    },
    inbox: async ({ app, unread, limit }) => {
      const query = { limit, ...(unread ? { unread } : {}), ...(app === undefined ? {} : { app }) };
      return (await ask((signal) => client.GET('/api/v1/inbox', { params: { query }, signal }))).items;
    },
    markRead: async () => {
      await ask((signal) => client.POST('/api/v1/inbox/read', { body: {}, signal }));
    },
    followInbox: (signal) =>
      follow({ url: `${url}/api/v1/inbox/events`, token, after: null, signal, isEndless: true }),
  };
}

async function* follow(request: Parameters<typeof followStream>[0]): AsyncIterable<ShownNotice> {
  const { notice } = await import('./shown-notice.ts');
  for await (const { data } of followStream(request)) yield notice.parse(data);
}
