import { CraneError } from '../core/error/crane-error.ts';
import { feedKinds } from '../core/operation/feed.ts';
import { checkTarget } from '../core/webhook/check-target.ts';
import { isKind, type Webhook, type WebhookDelivery } from '../core/webhook/webhook.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';

/** A person has at most so many webhooks. */
const mostWebhooks = 20;

/** What its deliveries are signed with; nobody keeps it. */
export function webhookSecret(deps: Pick<ActionDeps, 'deriveSecret'>, id: string): string {
  return `crane_webhook_${deps.deriveSecret(`webhook ${id}`)}`;
}

/** Tells this address what happens from now on; `secret` is given this once. */
export function addWebhook(
  deps: ActionDeps,
  actor: Actor,
  input: { url: string; events: readonly string[]; app?: string },
): { webhook: Webhook; secret: string } {
  const { href } = checkTarget(input.url, actor.user.role);
  requireKinds(input.events);
  const webhook = deps.store.transaction(() => {
    const app = input.app === undefined ? null : findApp(deps, actor, input.app);
    if (deps.store.webhooks.list(actor.user.id).length >= mostWebhooks)
      throw new CraneError('app.conflict', {
        message: `You have ${mostWebhooks} webhooks.`,
        fix: 'Remove some: crane webhook ls',
      });
    return deps.store.webhooks.create({
      id: deps.newId('webhook'),
      userId: actor.user.id,
      appId: app?.id ?? null,
      url: href,
      events: [...new Set(input.events)],
      lastSeq: deps.store.feed.lastSeq(),
      createdAt: deps.clock.now(),
    });
  });
  deps.wakeWebhooks();
  return { webhook, secret: webhookSecret(deps, webhook.id) };
}

export function listWebhooks(deps: Pick<ActionDeps, 'store'>, actor: Actor): Webhook[] {
  return deps.store.webhooks.list(actor.user.id);
}

export function removeWebhook(deps: Pick<ActionDeps, 'store'>, actor: Actor, input: { id: string }): void {
  const { id } = findWebhook(deps, actor, input.id);
  deps.store.webhooks.remove(actor.user.id, id);
}

/** Goes on where it stopped, as far as those events are kept. */
export function enableWebhook(deps: ActionDeps, actor: Actor, input: { id: string }): Webhook {
  const webhook = findWebhook(deps, actor, input.id);
  deps.store.webhooks.update(webhook.id, { state: 'active', reason: null, failures: 0, nextAt: 0 });
  deps.wakeWebhooks();
  return findWebhook(deps, actor, input.id);
}

/** What was sent and what came back, the newest first. */
export function listDeliveries(
  deps: Pick<ActionDeps, 'store'>,
  actor: Actor,
  input: { id: string; limit: number },
): WebhookDelivery[] {
  return deps.store.webhooks.deliveries(findWebhook(deps, actor, input.id).id, input.limit);
}

function findWebhook(deps: Pick<ActionDeps, 'store'>, actor: Actor, id: string): Webhook {
  const found = deps.store.webhooks.list(actor.user.id).find((webhook) => webhook.id === id);
  if (found !== undefined) return found;
  throw new CraneError('webhook.not_found', {
    message: `You have no webhook ${JSON.stringify(id.slice(0, 80))}.`,
    fix: 'List them with: crane webhook ls',
  });
}

function requireKinds(patterns: readonly string[]): void {
  const errors = patterns.flatMap((pattern, index) =>
    feedKinds.some((kind) => isKind(pattern, kind))
      ? []
      : [
          {
            pointer: `/events/${index}`,
            message: `${JSON.stringify(pattern.slice(0, 80))} is no kind of event`,
          },
        ],
  );
  const [first] = errors;
  if (first === undefined) return;
  throw new CraneError('input.invalid', {
    message: first.message,
    fix: `Kinds are ${feedKinds.join(', ')}; deployment.* is all of that group.`,
    errors,
  });
}
