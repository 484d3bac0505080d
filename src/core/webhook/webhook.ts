import type { FeedEvent } from '../operation/feed.ts';

/**
 * Where a person is told what happens, event by event in their order: the next one is sent when the one before was taken.
 *
 *   active ──(failed too often in a row, or 410 Gone)──► disabled ──(the person enables it)──► active, where it stopped
 */
export type Webhook = {
  id: string;
  /** Is told what this person may see. */
  userId: number;
  /** Only events of this app; null = of all. */
  appId: number | null;
  url: string;
  /** Kinds, or groups of them as `deployment.*`; empty = all. */
  events: readonly string[];
  state: 'active' | 'disabled';
  /** Why it is disabled. */
  reason: string | null;
  /** Attempts that failed in a row. */
  failures: number;
  /** Not before this time is the next attempt. */
  nextAt: number;
  /** The last event that was taken, or that is none of its kinds. */
  lastSeq: number;
  createdAt: number;
};

/** One attempt. `status` null: there was no answer, and `error` says why. */
export type WebhookDelivery = {
  seq: number;
  webhookId: string;
  eventSeq: number;
  kind: string;
  /** 1, 2, … for the same event. */
  attempt: number;
  at: number;
  status: number | null;
  error: string | null;
  tookMs: number;
};

/** So many failures in a row, over about a quarter of an hour, and it is disabled. */
export const mostFailures = 12;

export function wantsEvent(webhook: Pick<Webhook, 'appId' | 'events'>, event: FeedEvent): boolean {
  if (webhook.appId !== null && event.appId !== webhook.appId) return false;
  return webhook.events.length === 0 || webhook.events.some((pattern) => isKind(pattern, event.kind));
}

/** `deployment.*` is every kind of that group. */
export function isKind(pattern: string, kind: string): boolean {
  return pattern.endsWith('.*') ? kind.startsWith(pattern.slice(0, -1)) : pattern === kind;
}

/** How long to wait after so many failures in a row: 1 s, doubled each time, at most 5 min; of that between half and all. `random` in [0, 1). */
export function retryDelayMs(failures: number, random: number): number {
  const longest = Math.min(1_000 * 2 ** Math.max(0, failures - 1), 300_000);
  return Math.round(longest * (0.5 + random / 2));
}

/** What is sent. */
export function renderWebhookBody(webhook: Pick<Webhook, 'id'>, event: FeedEvent): string {
  const { seq, at, kind, appId, app, text, data } = event;
  return JSON.stringify({ id: seq, webhook: webhook.id, kind, at, appId, app, text, data });
}
