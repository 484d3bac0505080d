import type { Clock } from '../core/port/clock.ts';
import type { Log } from '../core/port/log.ts';
import type { SendWebhook, WebhookResult } from '../core/port/send-webhook.ts';
import type { Store, User } from '../core/port/store.ts';
import type { Scope } from '../core/port/scope.ts';
import type { FeedEvent } from '../core/operation/feed.ts';
import { isAllowedTarget } from '../core/webhook/check-target.ts';
import {
  mostFailures,
  renderWebhookBody,
  retryDelayMs,
  wantsEvent,
  type Webhook,
} from '../core/webhook/webhook.ts';

export type WebhookDeps = {
  store: Pick<Store, 'webhooks' | 'users' | 'feed' | 'transaction' | 'apps'>;
  clock: Clock;
  log: Log;
  send: SendWebhook;
  /** The signature of a body at a time, in seconds, for the webhook of this id. */
  sign: (id: string, seconds: number, body: string) => string;
  /** In [0, 1). */
  random: () => number;
};

const timeoutMs = 10_000;
const readAtOnce = 200;
/** Repairs a wake-up that was missed, and sees a person who may act again. */
const lookEveryMs = 30_000;

/**
 * Tells webhooks what happens: each in the order of the events, the next one when the one before was taken, at least once. Where
 * each stands is on disk, so a restart goes on. `wake` after one was added or enabled.
 */
export function deliverWebhooks(deps: WebhookDeps): { wake(): void; stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = new Map<string, Promise<void>>();
  /** Events passed over since the last one that was sent; a write for each of them would be wasted. */
  const passed = new Map<string, number>();

  const wake = (): void => {
    if (signal.aborted) return;
    for (const { id } of deps.store.webhooks.listActive()) {
      if (running.has(id)) continue;
      const work = deliverAll(deps, id, passed, signal)
        .catch((cause: unknown) => deps.log.error({ webhook: id, cause }, 'a webhook could not be told'))
        .finally(() => running.delete(id));
      running.set(id, work);
    }
  };
  // Not inside the transaction or the stack of who appends.
  let isWaking = false;
  const wakeSoon = (): void => {
    if (isWaking) return;
    isWaking = true;
    queueMicrotask(() => {
      isWaking = false;
      wake();
    });
  };
  const unsubscribe = deps.store.feed.subscribe(wakeSoon);
  const looking = look(deps.clock, wake, signal);
  return {
    wake: wakeSoon,
    stop: async () => {
      unsubscribe();
      stopping.abort();
      await Promise.allSettled([looking, ...running.values()]);
    },
  };
}

async function look(clock: Clock, wake: () => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    wake();
    await clock.wait(lookEveryMs, signal);
  }
}

/** Until nothing is left to tell, it is disabled, or `signal`. */
async function deliverAll(
  deps: WebhookDeps,
  id: string,
  passed: Map<string, number>,
  signal: AbortSignal,
): Promise<void> {
  // Begins later, so that whoever woke it has noted that it runs.
  await Promise.resolve();
  while (!signal.aborted) {
    const webhook = deps.store.webhooks.find(id);
    const user = webhook === null ? null : deps.store.users.find(webhook.userId);
    if (webhook === null || webhook.state !== 'active' || user === null || user.isDisabled) return;
    const event = nextEvent(deps, webhook, user, passed);
    if (event === null) return;
    const waitMs = webhook.nextAt - deps.clock.now();
    if (waitMs > 0) {
      await deps.clock.wait(waitMs, signal);
      continue;
    }
    const at = deps.clock.now();
    const result = await sendEvent(deps, webhook, user, event, signal);
    // What was cut short by the end of Crane did not fail: it is sent again.
    if (signal.aborted && result.status === null) return;
    record(deps, webhook, event, at, result);
  }
}

/** The first event after the last one told that this webhook wants. */
function nextEvent(
  { store }: WebhookDeps,
  webhook: Webhook,
  user: User,
  passed: Map<string, number>,
): FeedEvent | null {
  const scope: Scope = user.role === 'admin' ? { kind: 'all' } : { kind: 'owner', userId: user.id };
  let after = Math.max(webhook.lastSeq, passed.get(webhook.id) ?? 0);
  for (;;) {
    const newest = store.feed.lastSeq();
    const events = store.feed.since(scope, after, readAtOnce);
    const wanted = events.find((event) => wantsEvent(webhook, event));
    if (wanted !== undefined) return wanted;
    after = events.length < readAtOnce ? Math.max(after, newest) : (events.at(-1)?.seq ?? after);
    passed.set(webhook.id, after);
    if (events.length < readAtOnce) return null;
  }
}

async function sendEvent(
  deps: WebhookDeps,
  webhook: Webhook,
  user: User,
  event: FeedEvent,
  signal: AbortSignal,
): Promise<WebhookResult> {
  const body = renderWebhookBody(webhook, event);
  const seconds = Math.floor(deps.clock.now() / 1000);
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'crane',
    'x-crane-event': event.kind,
    // The same for each attempt: a receiver that has seen it may answer 2xx at once.
    'x-crane-delivery': `${webhook.id}-${event.seq}`,
    'x-crane-signature': deps.sign(webhook.id, seconds, body),
  };
  const isAllowed: Parameters<SendWebhook>[0]['isAllowed'] = (kind) => isAllowedTarget(kind, user.role);
  return deps.send({ url: webhook.url, headers, body, isAllowed, timeoutMs }, signal);
}

function record(
  { store, clock, random }: WebhookDeps,
  webhook: Webhook,
  event: FeedEvent,
  at: number,
  { status, error, tookMs }: WebhookResult,
): void {
  const attempt = webhook.failures + 1;
  store.transaction(() => {
    const { id: webhookId } = webhook;
    const { seq: eventSeq, kind } = event;
    store.webhooks.recordDelivery({ webhookId, eventSeq, kind, attempt, at, status, error, tookMs });
    if (error === null)
      return store.webhooks.update(webhookId, { lastSeq: event.seq, failures: 0, nextAt: 0 });
    const isGone = status === 410;
    if (!isGone && attempt < mostFailures) {
      const nextAt = clock.now() + retryDelayMs(attempt, random());
      return store.webhooks.update(webhookId, { failures: attempt, nextAt });
    }
    const reason = isGone
      ? 'the receiver answered 410 Gone'
      : `${attempt} attempts failed in a row, the last one: ${error}`;
    store.webhooks.update(webhookId, { state: 'disabled', reason, failures: attempt, nextAt: 0 });
    tellDisabled(store, webhook, reason, clock.now());
  });
}

/** An event of the app it is for; of one for all apps only its person is told, by the list of webhooks. */
function tellDisabled(store: WebhookDeps['store'], webhook: Webhook, reason: string, at: number): void {
  const app = webhook.appId === null ? null : store.apps.find({ kind: 'all' }, webhook.appId);
  if (app === null) return;
  store.feed.append({
    at,
    kind: 'webhook.disabled',
    appId: app.id,
    app: app.uniqueName,
    text: `webhook ${webhook.id} is disabled: ${reason}`,
    data: { webhook: webhook.id, reason },
  });
}
