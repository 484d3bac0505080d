import type { ApiClient } from '../client/client.ts';
import { askForNothing, type Ask } from './ask.ts';
import type { AppPatch } from '../input/parse-setting.ts';
import type {
  AppView,
  DeliveryView,
  HookView,
  OperationView,
  ReleaseDiffView,
  WebhookView,
} from './views.ts';

/** What changes apps from programs: patches, deploy hooks and webhooks. Every call fails with a `CliError`. */
export type DeliveryApi = {
  /** A merge patch of the app; `operation` null: nothing differs, or it was only asked what would. */
  patch(
    ref: string,
    patch: AppPatch,
    isDryRun: boolean,
  ): Promise<{ app: AppView; operation: OperationView | null; changes: ReleaseDiffView }>;
  hooks(ref: string): Promise<readonly HookView[]>;
  /** `path` is where it is called; the secret is given this once. */
  createHook(
    ref: string,
    hook: { name?: string | undefined; service?: string | undefined; isAnyImage: boolean },
  ): Promise<{ hook: HookView; path: string; secret: string }>;
  removeHook(ref: string, id: string): Promise<void>;
  webhooks(): Promise<readonly WebhookView[]>;
  /** The secret is given this once. */
  addWebhook(webhook: {
    url: string;
    events: string[];
    app?: string | undefined;
  }): Promise<{ webhook: WebhookView; secret: string }>;
  removeWebhook(id: string): Promise<void>;
  enableWebhook(id: string): Promise<WebhookView>;
  /** Newest first. */
  deliveries(id: string, limit: number): Promise<readonly DeliveryView[]>;
};

export function createDelivery(ask: Ask, client: ApiClient): DeliveryApi {
  return {
    patch: async (app, body, dryRun) => {
      const params = { path: { app }, query: dryRun ? { dryRun } : {} };
      return ask((signal) => client.PATCH('/api/v1/apps/{app}', { params, body, signal }));
    },
    hooks: async (app) => {
      const params = { path: { app } };
      return (await ask((signal) => client.GET('/api/v1/apps/{app}/hooks', { params, signal }))).items;
    },
    createHook: async (app, { name, service, isAnyImage }) => {
      const body = {
        isAnyImage,
        ...(name === undefined ? {} : { name }),
        ...(service === undefined ? {} : { service }),
      };
      const params = { path: { app } };
      return ask((signal) => client.POST('/api/v1/apps/{app}/hooks', { params, body, signal }));
    },
    removeHook: async (app, id) => {
      const params = { path: { app, id } };
      await askForNothing(ask, (signal) =>
        client.DELETE('/api/v1/apps/{app}/hooks/{id}', { params, signal }),
      );
    },
    ...createWebhookCalls(ask, client),
  };
}

type WebhookCalls = Pick<
  DeliveryApi,
  'webhooks' | 'addWebhook' | 'removeWebhook' | 'enableWebhook' | 'deliveries'
>;

function createWebhookCalls(ask: Ask, client: ApiClient): WebhookCalls {
  return {
    webhooks: async () => (await ask((signal) => client.GET('/api/v1/webhooks', { signal }))).items,
    addWebhook: async ({ url, events, app }) => {
      const body = { url, events, ...(app === undefined ? {} : { app }) };
      return ask((signal) => client.POST('/api/v1/webhooks', { body, signal }));
    },
    removeWebhook: async (id) => {
      const params = { path: { id } };
      await askForNothing(ask, (signal) => client.DELETE('/api/v1/webhooks/{id}', { params, signal }));
    },
    enableWebhook: async (id) => {
      const params = { path: { id } };
      return ask((signal) => client.POST('/api/v1/webhooks/{id}/enable', { params, signal }));
    },
    deliveries: async (id, limit) => {
      const params = { path: { id }, query: { limit } };
      return (await ask((signal) => client.GET('/api/v1/webhooks/{id}/deliveries', { params, signal })))
        .items;
    },
  };
}
