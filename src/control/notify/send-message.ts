import type { NotificationTarget } from '../../core/notice/notification-target.ts';
import {
  renderNotification,
  renderSlack,
  renderSubject,
  renderText,
  type NewsItem,
} from '../../core/notice/render-message.ts';
import type { SendResult } from '../../core/port/send-message.ts';
import type { WebhookResult } from '../../core/port/send-webhook.ts';
import type { User } from '../../core/port/store.ts';
import { isAllowedTarget } from '../../core/webhook/check-target.ts';
import type { NotifyDeps } from './notify-deps.ts';

const timeoutMs = 10_000;

type Deps = Pick<NotifyDeps, 'store' | 'clock' | 'post' | 'mail' | 'relay' | 'vault' | 'sign'>;
export type OneMessage = {
  id: string;
  target: NotificationTarget;
  /** Whose target it is: decides where it may go. */
  user: Pick<User, 'role'>;
  items: readonly NewsItem[];
};

/** One attempt. Never throws. */
export async function sendMessage(deps: Deps, message: OneMessage, signal: AbortSignal): Promise<SendResult> {
  const { settings, id } = message.target;
  const secret = openSecret(deps, id);
  if (secret.kind === 'unreadable')
    return { error: 'its secret cannot be read any more: add it again', isFinal: true, tookMs: 0 };
  if (settings.kind === 'smtp') return sendMail(deps, message, settings, secret.text, signal);
  if (settings.kind === 'slack') return sendSlack(deps, message, secret.text ?? '', settings.channel, signal);
  if (settings.kind === 'webhook') return sendWebhook(deps, message, settings.url, signal);
  return deps.relay.post({ targetId: id, items: message.items, now: deps.clock.now() }, signal);
}

/** The name a target's secret is sealed under. */
export const secretName = (id: string): string => `notification ${id}`;

function openSecret(
  { store, vault }: Pick<Deps, 'store' | 'vault'>,
  id: string,
): { kind: 'ok'; text: string | null } | { kind: 'unreadable' } {
  const sealed = store.notifications.secret(id);
  if (sealed === null) return { kind: 'ok', text: null };
  try {
    return { kind: 'ok', text: vault.open(secretName(id), sealed) };
  } catch {
    return { kind: 'unreadable' };
  }
}

function sendMail(
  deps: Deps,
  { id, items, user }: OneMessage,
  settings: Extract<NotificationTarget['settings'], { kind: 'smtp' }>,
  password: string | null,
  signal: AbortSignal,
): Promise<SendResult> {
  const { kind: _kind, ...server } = settings;
  return deps.mail(
    {
      ...server,
      password,
      subject: renderSubject(items),
      text: renderText(items),
      messageId: `<${id}@crane>`,
      isAllowed: (kind) => isAllowedTarget(kind, user.role),
      timeoutMs,
    },
    signal,
  );
}

async function sendSlack(
  { post }: Deps,
  { items, user }: OneMessage,
  url: string,
  channel: string | null,
  signal: AbortSignal,
): Promise<SendResult> {
  return resultOf(
    await post(
      {
        url,
        headers: { 'content-type': 'application/json', 'user-agent': 'crane' },
        body: renderSlack(items, channel),
        isAllowed: (kind) => isAllowedTarget(kind, user.role),
        timeoutMs,
      },
      signal,
    ),
  );
}

async function sendWebhook(
  { post, clock, sign }: Deps,
  { id, target, items, user }: OneMessage,
  url: string,
  signal: AbortSignal,
): Promise<SendResult> {
  const body = renderNotification(id, target.id, items);
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'crane',
    'x-crane-event': 'notification',
    // The same for each attempt: a receiver that has seen it may answer 2xx at once.
    'x-crane-delivery': id,
    'x-crane-signature': sign(target.id, Math.floor(clock.now() / 1000), body),
  };
  const isAllowed: Parameters<typeof post>[0]['isAllowed'] = (kind) => isAllowedTarget(kind, user.role);
  return resultOf(await post({ url, headers, body, isAllowed, timeoutMs }, signal));
}

/** 410 says that it never will be taken; of other answers a receiver may think better. */
function resultOf({ status, error, tookMs }: WebhookResult): SendResult {
  return { error, isFinal: status === 410, tookMs };
}
