import { findSilence } from '../../core/alert/silence.ts';
import { noticeOfEvent } from '../../core/notice/notice-of-event.ts';
import type { Notice, NoticeChange, Told } from '../../core/notice/notice.ts';
import {
  dueAtOf,
  groupKeyOf,
  isRelayed,
  wantsNotice,
  type NotificationTarget,
} from '../../core/notice/notification-target.ts';
import type { FeedEvent } from '../../core/operation/feed.ts';
import type { NotifyDeps } from './notify-deps.ts';

type Deps = Pick<NotifyDeps, 'store' | 'clock' | 'newId'>;

const cursorKey = 'notify.lastSeq';
const readAtOnce = 200;
/** What happened once and happens again within this is the same notice, counted. */
const mergeMs = 3_600_000;

/**
 * Makes notices of the events since the last time, and messages of the notices: each step in one transaction with how far it
 * came, so nothing is lost or told twice by a restart. The first time begins with what happens from then on.
 */
export function takeNotices(deps: Deps): void {
  const { store } = deps;
  for (;;) {
    const isMore = store.transaction(() => {
      const known = store.settings.get(cursorKey);
      if (known === null) {
        store.settings.set(cursorKey, String(store.feed.lastSeq()));
        return false;
      }
      const events = store.feed.since({ kind: 'all' }, Number(known), readAtOnce);
      const last = events.at(-1);
      if (last === undefined) return false;
      for (const event of events) takeEvent(deps, event);
      store.settings.set(cursorKey, String(last.seq));
      return events.length === readAtOnce;
    });
    if (!isMore) return;
  }
}

function takeEvent(deps: Deps, event: FeedEvent): void {
  const change = noticeOfEvent(event);
  if (change !== null) applyChange(deps, event, change);
}

function applyChange(
  deps: Deps,
  { appId, app, at }: Pick<FeedEvent, 'appId' | 'app' | 'at'>,
  change: NoticeChange,
): void {
  const { notices } = deps.store;
  if (change.kind === 'end') for (const notice of notices.end(change.key, at)) tellEnd(deps, notice);
  else if (change.kind === 'end-app') {
    if (appId !== null) for (const notice of notices.endOfApp(appId, at)) tellEnd(deps, notice);
  } else {
    const { notice, isNew } = notices.raise(change.notice, { appId, app, at, mergeMs });
    tellRaised(deps, notice, isNew);
  }
}

function tellRaised(deps: Deps, notice: Notice, isNew: boolean): void {
  if (isMuted(deps, notice)) return;
  const { store, clock } = deps;
  for (const target of audienceOf(deps, notice)) {
    const before = store.notifications.toldAt(target.id, notice.key);
    if (before === null || clock.now() - before >= target.pace.repeatMs)
      queue(deps, target, notice, isNew ? 'raised' : 'again');
  }
}

function tellEnd(deps: Deps, notice: Notice): void {
  const { notifications } = deps.store;
  for (const target of notifications.targets(null)) {
    if (notifications.toldAt(target.id, notice.key) === null) continue;
    if (target.wants.isToldEnd) queue(deps, target, notice, 'over');
    notifications.setTold(target.id, notice.key, null);
  }
}

/** What goes on is told again, each target at its own pace. Alertmanager repeats by itself. */
export function repeatNotices(deps: Deps): void {
  const { store, clock } = deps;
  for (const notice of store.notices.open().filter((item) => !isMuted(deps, item)))
    store.transaction(() => {
      for (const target of audienceOf(deps, notice)) {
        const before = store.notifications.toldAt(target.id, notice.key);
        if (before === null || isRelayed(target.settings.kind)) continue;
        if (clock.now() - before >= target.pace.repeatMs) queue(deps, target, notice, 'again');
      }
    });
}

/** It is in the inbox and nowhere else: its alert is silenced, or its app is in maintenance. */
function isMuted({ store, clock }: Deps, { appId, kind, service, labels }: Notice): boolean {
  if (appId === null) return false;
  const silences = store.silences
    .active(appId, clock.now())
    .filter((silence) => kind === 'alert' || silence.kind === 'maintenance');
  return findSilence(silences, { service, alert: labels['alert'] ?? null }, clock.now()) !== null;
}

/** Targets that want it, of people who may know of it. */
export function audienceOf({ store }: Pick<Deps, 'store'>, notice: Notice): NotificationTarget[] {
  return store.notifications.targets(null).filter((target) => {
    if (!wantsNotice(target, notice)) return false;
    const user = store.users.find(target.userId);
    if (user === null || user.isDisabled) return false;
    if (notice.appId === null || user.role === 'admin' || notice.ownerId === user.id) return true;
    // Also those that a group shares with them.
    return store.apps.find({ kind: 'member', userId: user.id }, notice.appId) !== null;
  });
}

/** Into the message of its group that waits; else into a new one. */
function queue(deps: Deps, target: NotificationTarget, notice: Notice, news: Told['news']): void {
  const { clock, newId } = deps;
  const { notifications } = deps.store;
  const now = clock.now();
  const groupKey = groupKeyOf(target.pace, notice);
  const told: Told = { noticeId: notice.id, news };
  const waiting = notifications.untried(target.id, groupKey);
  if (waiting === null)
    notifications.addMessage({
      id: newId('message'),
      targetId: target.id,
      groupKey,
      items: [told],
      state: 'waiting',
      attempts: 0,
      dueAt: dueAtOf(target.pace, notifications.lastSentAt(target.id, groupKey), now),
      error: null,
      createdAt: now,
      endedAt: null,
    });
  else {
    const others = waiting.items.filter(({ noticeId }) => noticeId !== notice.id);
    notifications.setMessage(waiting.id, { items: [...others, told] });
  }
  notifications.setTold(target.id, notice.key, now);
}
