import { CraneError } from '../core/error/crane-error.ts';
import { describeMatcher, parseMatcher, type Matcher } from '../core/notice/matcher.ts';
import {
  isRelayed,
  type NotificationMessage,
  type NotificationTarget,
  type TargetSettings,
} from '../core/notice/notification-target.ts';
import type { NewTarget, TargetPlace } from '../core/notice/target-input.ts';
import type { RelayedTarget } from '../core/port/send-message.ts';
import { checkTarget, checkTargetHost } from '../core/webhook/check-target.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';

/** A person has at most so many targets. */
const mostTargets = 20;

/** A target as it is shown: nothing of its secret, and how it fares. */
export type TargetView = Omit<NotificationTarget, 'userId' | 'wants'> & {
  app: string | null;
  kinds: NotificationTarget['wants']['kinds'];
  severity: NotificationTarget['wants']['severity'];
  matchers: readonly string[];
  isToldEnd: boolean;
  /** Messages on their way. */
  waiting: number;
  lastSentAt: number | null;
  /** Of the newest attempt; null when that one was taken. */
  lastError: string | null;
};

/** What the messages of a generic webhook are signed with; nobody keeps it. */
export function notificationSecret(deps: Pick<ActionDeps, 'deriveSecret'>, id: string): string {
  return `crane_notify_${deps.deriveSecret(`notification ${id}`)}`;
}

/** `secret` is given this once, and only for generic webhooks: the other kinds' secrets are the person's own. */
export async function addTarget(
  deps: ActionDeps,
  actor: Actor,
  input: NewTarget,
): Promise<{ target: TargetView; secret: string | null }> {
  const place = readPlace(input.place, actor);
  const matchers = input.matchers.map(readMatcher);
  const app = input.app === undefined ? null : findApp(deps, actor, input.app);
  requireRoom(deps, actor, input.name);
  const target: NotificationTarget = {
    id: deps.newId('target'),
    userId: actor.user.id,
    appId: app?.id ?? null,
    name: input.name,
    settings: place.settings,
    wants: {
      kinds: [...new Set(input.kinds)],
      severity: input.severity,
      matchers,
      isToldEnd: input.isToldEnd,
    },
    pace: {
      groupBy: [...new Set(input.groupBy)],
      groupWaitMs: input.groupWaitMs,
      groupIntervalMs: input.groupIntervalMs,
      repeatMs: input.repeatMs,
    },
    createdAt: deps.clock.now(),
  };
  // Alertmanager says first whether it takes the receiver; only then it is one.
  if (isRelayed(place.settings.kind))
    await deps.relay.sync([...relayedTargets(deps), { target, secret: place.secret ?? '' }]);
  deps.store.transaction(() => {
    requireRoom(deps, actor, input.name);
    const secret = place.secret === null ? null : deps.vault.seal(`notification ${target.id}`, place.secret);
    deps.store.notifications.addTarget({ ...target, secret });
  });
  deps.notifier.wake();
  const isSigned = place.settings.kind === 'webhook';
  return { target: viewOf(deps, target), secret: isSigned ? notificationSecret(deps, target.id) : null };
}

export function listTargets(deps: ActionDeps, actor: Actor): TargetView[] {
  return deps.store.notifications.targets(actor.user.id).map((target) => viewOf(deps, target));
}

/** Messages on their way are forgotten with it. */
export async function removeTarget(deps: ActionDeps, actor: Actor, input: { target: string }): Promise<void> {
  const { id, settings } = findTarget(deps, actor, input.target);
  deps.store.notifications.removeTarget(actor.user.id, id);
  if (!isRelayed(settings.kind)) return;
  // With Alertmanager away, the regular look takes the receiver out later; nothing is handed to it any more.
  await deps.relay.sync(relayedTargets(deps)).catch(() => undefined);
}

/** Sends a test at once. @throws target.failed with what came of it. */
export async function testTarget(
  deps: ActionDeps,
  actor: Actor,
  input: { target: string },
): Promise<{ tookMs: number; isHandedOver: boolean }> {
  const target = findTarget(deps, actor, input.target);
  const { error, tookMs } = await deps.notifier.test(target, actor.user);
  if (error === null) return { tookMs, isHandedOver: isRelayed(target.settings.kind) };
  throw new CraneError('target.failed', {
    message: `The test was not taken: ${error}.`,
    fix: 'Mend the receiver, or remove the target and add it with other settings.',
  });
}

/** What was sent and is on its way, the newest first. */
export function listMessages(
  deps: ActionDeps,
  actor: Actor,
  input: { target: string; limit: number },
): NotificationMessage[] {
  return deps.store.notifications.messages(findTarget(deps, actor, input.target).id, input.limit);
}

/** By its id or its name. */
function findTarget(deps: Pick<ActionDeps, 'store'>, actor: Actor, ref: string): NotificationTarget {
  const found = deps.store.notifications
    .targets(actor.user.id)
    .find(({ id, name }) => id === ref || name === ref);
  if (found !== undefined) return found;
  throw new CraneError('target.not_found', {
    message: `You have no notification target ${JSON.stringify(ref.slice(0, 80))}.`,
    fix: 'List them with: crane notify targets',
  });
}

function requireRoom(deps: Pick<ActionDeps, 'store'>, actor: Actor, name: string): void {
  const own = deps.store.notifications.targets(actor.user.id);
  if (own.length >= mostTargets)
    throw new CraneError('app.conflict', {
      message: `You have ${mostTargets} notification targets.`,
      fix: 'Remove some: crane notify rm NAME',
    });
  if (own.some((target) => target.name === name))
    throw new CraneError('app.conflict', {
      message: `You have a notification target ${name} already.`,
      fix: `Choose another name, or remove it first: crane notify rm ${name}`,
    });
}

function relayedTargets({ store, vault }: ActionDeps): RelayedTarget[] {
  return store.notifications
    .targets(null)
    .filter(({ settings }) => isRelayed(settings.kind))
    .map((target) => {
      const sealed = store.notifications.secret(target.id);
      return { target, secret: sealed === null ? '' : vault.open(`notification ${target.id}`, sealed) };
    });
}

function readMatcher(text: string, index: number): Matcher {
  const matcher = parseMatcher(text);
  if (matcher !== null) return matcher;
  const message = `${JSON.stringify(text.slice(0, 80))} is no condition on a label`;
  throw new CraneError('input.invalid', {
    message,
    fix: 'Write it as service=web, alert!=slow or app=shop-*.',
    errors: [{ pointer: `/matchers/${index}`, message }],
  });
}

type Place = { settings: TargetSettings; secret: string | null };

/** Parts what may be shown from what is secret, and refuses places the person may not send to. */
function readPlace(place: TargetPlace, { user: { role } }: Actor): Place {
  if (isRelayed(place.kind) && role !== 'admin')
    throw new CraneError('auth.forbidden', {
      message: `Alertmanager sends to ${place.kind}, and only an admin adds receivers to it.`,
      fix: 'Ask an admin, or use kind slack or webhook.',
    });
  const check = (url: string): URL =>
    checkTarget(url, role, { code: 'target.not_allowed', pointer: '/place/url' });
  switch (place.kind) {
    case 'smtp': {
      const { password = null, user = null, ...server } = place;
      checkTargetHost(place.host, role, '/place/host');
      return { settings: { ...server, user }, secret: password };
    }
    case 'slack': {
      const { href, origin } = check(place.url);
      return { settings: { kind: 'slack', origin, channel: place.channel ?? null }, secret: href };
    }
    case 'teams': {
      const { href, origin } = check(place.url);
      return { settings: { kind: 'teams', origin, channel: null }, secret: href };
    }
    case 'webhook':
      return { settings: { kind: 'webhook', url: check(place.url).href }, secret: null };
    case 'pagerduty': {
      const url = place.url === undefined ? null : check(place.url).href;
      return { settings: { kind: 'pagerduty', url }, secret: place.routingKey };
    }
    case 'jira': {
      const { token, ...settings } = place;
      return { settings: { ...settings, url: check(place.url).href }, secret: token };
    }
  }
}

function viewOf({ store }: Pick<ActionDeps, 'store'>, target: NotificationTarget): TargetView {
  const { userId: _userId, wants, ...rest } = target;
  const { notifications } = store;
  const newest = notifications.messages(target.id, 50);
  const tried = newest.find(({ attempts }) => attempts > 0);
  const app = target.appId === null ? null : store.apps.find({ kind: 'all' }, target.appId);
  return {
    ...rest,
    app: app?.uniqueName ?? null,
    kinds: wants.kinds,
    severity: wants.severity,
    matchers: wants.matchers.map(describeMatcher),
    isToldEnd: wants.isToldEnd,
    waiting: notifications.waiting(target.id).length,
    lastSentAt: newest.find(({ state }) => state === 'sent')?.endedAt ?? null,
    lastError: tried?.error ?? null,
  };
}
