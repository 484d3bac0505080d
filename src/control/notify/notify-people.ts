import { noticeOfEvent } from '../../core/notice/notice-of-event.ts';
import type { Notice } from '../../core/notice/notice.ts';
import {
  isRelayed,
  mostAttempts,
  type NotificationMessage,
  type NotificationTarget,
} from '../../core/notice/notification-target.ts';
import type { NewsItem } from '../../core/notice/render-message.ts';
import type { SendResult } from '../../core/port/send-message.ts';
import type { User } from '../../core/port/store.ts';
import { retryDelayMs } from '../../core/webhook/webhook.ts';
import type { NotifyDeps } from './notify-deps.ts';
import { secretName, sendMessage } from './send-message.ts';
import { repeatNotices, takeNotices } from './take-notices.ts';

export type Notifier = {
  /** A target was added. */
  wake(): void;
  /** Sends one message of a trial at once, and says what came of it. */
  test(target: NotificationTarget, user: User): Promise<SendResult>;
  stop(): Promise<void>;
};

/** Repairs a wake-up that was missed, repeats what goes on, and keeps Alertmanager's receivers. */
const lookEveryMs = 30_000;
/** Alertmanager forgets alerts when it starts anew: what is open is handed over again this often. */
const handOverEveryMs = 300_000;

type Lane = { done: Promise<void>; woken: AbortController };

/**
 * Tells people what happens: events become notices, notices messages, and each target is sent its own, one at a time. All of it is
 * on disk before it is sent, so a restart goes on; a message may come twice, never not at all within its attempts.
 */
export function notifyPeople(deps: NotifyDeps): Notifier {
  const stopping = new AbortController();
  const { signal } = stopping;
  const lanes = new Map<string, Lane>();

  const wake = (): void => {
    if (signal.aborted) return;
    takeNotices(deps);
    for (const target of deps.store.notifications.targets(null)) {
      const running = lanes.get(target.id);
      if (running !== undefined) running.woken.abort();
      else if (deps.store.notifications.waiting(target.id).length > 0) open(target.id);
    }
  };
  const open = (id: string): void => {
    const lane: Lane = { done: Promise.resolve(), woken: new AbortController() };
    lanes.set(id, lane);
    lane.done = runLane(deps, id, lane, signal)
      .catch((cause: unknown) => deps.log.error({ target: id, err: cause }, 'a target could not be told'))
      .finally(() => lanes.delete(id));
  };
  const safely = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      deps.log.error({ err: error }, 'notices could not be made');
    }
  };
  // Not inside the transaction or the stack of who appends.
  let isWaking = false;
  const wakeSoon = (): void => {
    if (isWaking) return;
    isWaking = true;
    queueMicrotask(() => {
      isWaking = false;
      safely(wake);
    });
  };
  // Most events tell nobody anything: how far they were read is kept with the next one that does, or the next look.
  const unsubscribe = deps.store.feed.subscribe((event) => {
    if (noticeOfEvent(event) !== null) wakeSoon();
  });
  const looking = look(deps, () => safely(wake), signal);
  return {
    wake: wakeSoon,
    test: async (target, user) =>
      sendMessage(
        deps,
        { id: deps.newId('message'), target, user, items: [trialOf(target, deps.clock.now())] },
        signal,
      ),
    stop: async () => {
      unsubscribe();
      stopping.abort();
      await Promise.allSettled([looking, ...[...lanes.values()].map(({ done }) => done)]);
    },
  };
}

async function look(deps: NotifyDeps, wake: () => void, signal: AbortSignal): Promise<void> {
  let handedOverAt = deps.clock.monotonic();
  while (!signal.aborted) {
    try {
      repeatNotices(deps);
      wake();
      await syncReceivers(deps, signal);
      const now = deps.clock.monotonic();
      if (now - handedOverAt >= handOverEveryMs) {
        handedOverAt = now;
        await handOver(deps, signal);
      }
    } catch (error) {
      if (!signal.aborted) deps.log.warn({ err: error }, 'a regular look at notices failed');
    }
    await deps.clock.wait(lookEveryMs, signal);
  }
}

async function syncReceivers({ store, vault, relay }: NotifyDeps, signal: AbortSignal): Promise<void> {
  const relayed = store.notifications.targets(null).filter(({ settings }) => isRelayed(settings.kind));
  await relay.sync(
    relayed.map((target) => {
      const sealed = store.notifications.secret(target.id);
      return { target, secret: sealed === null ? '' : vault.open(secretName(target.id), sealed) };
    }),
    signal,
  );
}

async function handOver({ store, relay, clock }: NotifyDeps, signal: AbortSignal): Promise<void> {
  const open = store.notices.open();
  for (const target of store.notifications.targets(null)) {
    if (!isRelayed(target.settings.kind)) continue;
    const told = open.filter(({ key }) => store.notifications.toldAt(target.id, key) !== null);
    const items = told.map((notice): NewsItem => ({ notice, news: 'again' }));
    if (items.length > 0) await relay.post({ targetId: target.id, items, now: clock.now() }, signal);
  }
}

/** Until nothing waits, its target is gone, or `signal`. */
async function runLane(deps: NotifyDeps, id: string, lane: Lane, signal: AbortSignal): Promise<void> {
  // Begins later, so that whoever opened it has noted that it runs.
  await Promise.resolve();
  while (!signal.aborted) {
    const target = deps.store.notifications.findTarget(id);
    const user = target === null ? null : deps.store.users.find(target.userId);
    const [message] = deps.store.notifications.waiting(id);
    if (target === null || user === null || user.isDisabled || message === undefined) return;
    const waitMs = message.dueAt - deps.clock.now();
    if (waitMs > 0) {
      lane.woken = new AbortController();
      await deps.clock.wait(waitMs, AbortSignal.any([signal, lane.woken.signal]));
      continue;
    }
    const items = itemsOf(deps, message);
    // What is sent is settled: news of the same group from now on make another message.
    deps.store.notifications.setMessage(message.id, { attempts: message.attempts + 1 });
    const result = await sendMessage(deps, { id: message.id, target, user, items }, signal);
    // What was cut short by the end of Crane did not fail: it is sent again.
    if (signal.aborted && result.error !== null) return;
    record(deps, { ...message, attempts: message.attempts + 1 }, result);
  }
}

function itemsOf({ store }: NotifyDeps, { items }: NotificationMessage): NewsItem[] {
  return items.flatMap(({ noticeId, news }) => {
    const notice = store.notices.find(noticeId);
    return notice === null ? [] : [{ notice, news }];
  });
}

function record(
  { store, clock, random, log }: NotifyDeps,
  { id, targetId, attempts }: NotificationMessage,
  { error, isFinal }: SendResult,
): void {
  const now = clock.now();
  if (error === null) return store.notifications.setMessage(id, { state: 'sent', error: null, endedAt: now });
  if (!isFinal && attempts < mostAttempts)
    return store.notifications.setMessage(id, { error, dueAt: now + retryDelayMs(attempts, random()) });
  log.warn({ target: targetId, message: id, attempts, reason: error }, 'a message was given up');
  store.notifications.setMessage(id, { state: 'failed', error, endedAt: now });
}

function trialOf({ name }: NotificationTarget, at: number): NewsItem {
  const notice: Notice = {
    id: 0,
    key: `test/${at}`,
    kind: 'test',
    severity: 'info',
    state: 'once',
    appId: null,
    ownerId: null,
    app: null,
    service: null,
    title: 'a test',
    text: `This is a test of the notification target ${name}. Nothing is wrong.`,
    labels: { kind: 'test', severity: 'info' },
    at,
    lastAt: at,
    times: 1,
    overAt: null,
  };
  return { notice, news: 'raised' };
}
