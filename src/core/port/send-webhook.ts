import type { AddressClass } from '../webhook/classify-address.ts';

export type WebhookRequest = {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** Judges each address the host has at the moment of connecting; one that is not allowed, and nothing is sent. */
  isAllowed: (kind: AddressClass) => boolean;
  timeoutMs: number;
};

/** `status` null: no answer came; `error` says why, without anything of the answer's content. */
export type WebhookResult = { status: number | null; error: string | null; tookMs: number };

/** Sends one event to its receiver. Redirects are not followed; of the answer only the status counts. Never throws. */
export type SendWebhook = (request: WebhookRequest, signal?: AbortSignal) => Promise<WebhookResult>;
