import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { mostAttempts, type NotificationTarget } from '../../core/notice/notification-target.ts';
import type { Mail, SendResult } from '../../core/port/send-message.ts';
import type { WebhookRequest, WebhookResult } from '../../core/port/send-webhook.ts';
import type { FeedKind } from '../../core/operation/feed.ts';
import { createVault } from '../../store/vault.ts';
import { tempStore, twoUsers } from '../../../test/factories/temp-store.ts';
import { recordingLog } from '../../../test/factories/test-api.ts';
import { waitFor } from '../../../test/factories/wait-for.ts';
import { notifyPeople, type Notifier } from './notify-people.ts';

type Sent = { at: number; to: string; body: Record<string, unknown>; delivery: string };

/** Receivers that answer these statuses in turn, then 200; waits take no time, but the clock goes on. */
function world(test: TestContext, ...statuses: (number | null)[]) {
  const { store } = tempStore(test);
  const { ada, bob } = twoUsers(store);
  const app = store.apps.create({ name: 'shop', ownerId: bob.id, at: 1 });
  const vault = createVault('test');
  const sent: Sent[] = [];
  const mails: Mail[] = [];
  const posted: { targetId: string; news: string[] }[] = [];
  let now = 1_000_000;
  let ids = 0;
  let lookers: (() => void)[] = [];
  const state = { isHeld: false };
  let running: Notifier | null = null;
  test.after(async () => running?.stop());
  const answer = (): number | null => (statuses.length === 0 ? 200 : (statuses.shift() ?? null));
  const post = async ({ body, url, headers }: WebhookRequest): Promise<WebhookResult> => {
    sent.push({ at: now, to: url, body: JSON.parse(body), delivery: headers['x-crane-delivery'] ?? '' });
    const status = answer();
    return { status, error: status === 200 ? null : `answered ${status}`, tookMs: 1 };
  };
  const mail = async (given: Mail): Promise<SendResult> => {
    mails.push(given);
    return { error: null, isFinal: false, tookMs: 1 };
  };
  const start = (): Notifier => {
    running = notifyPeople({
      store,
      clock: {
        now: () => now,
        monotonic: () => now,
        wait: (ms, signal) =>
          new Promise((resolve) => {
            const end = (): void => resolve();
            signal?.addEventListener('abort', end, { once: true });
            // The regular look waits until the test wants it.
            if (ms === 30_000) return void lookers.push(end);
            if (state.isHeld) return;
            now += ms;
            setImmediate(end);
          }),
      },
      log: recordingLog().log,
      newId: (prefix) => `${prefix}-${(ids += 1)}`,
      post,
      mail,
      relay: {
        sync: async () => undefined,
        post: async ({ targetId, items }) => {
          posted.push({ targetId, news: items.map(({ news }) => news) });
          return { error: null, isFinal: false, tookMs: 1 };
        },
      },
      vault,
      sign: (id, seconds, body) => `${id} ${seconds} ${body.length > 0}`,
      random: () => 1,
    });
    return running;
  };
  const tell = (kind: FeedKind, data: Record<string, unknown> = {}, appId: number | null = app.id): void => {
    const name = appId === null ? null : `shop-${appId}`;
    store.feed.append({ at: now, kind, appId, app: name, text: 't', data });
  };
  const add = (
    change: Partial<NotificationTarget> = {},
    secret: string | null = null,
  ): NotificationTarget => {
    const id = change.id ?? `target-${(ids += 1)}`;
    return store.notifications.addTarget({
      id,
      userId: bob.id,
      appId: null,
      name: id,
      settings: { kind: 'webhook', url: 'http://r' },
      wants: { kinds: [], severity: 'warning', matchers: [], isToldEnd: true },
      pace: { groupBy: ['app', 'kind'], groupWaitMs: 5_000, groupIntervalMs: 60_000, repeatMs: 3_600_000 },
      createdAt: 1,
      ...change,
      secret: secret === null ? null : vault.seal(`notification ${id}`, secret),
    });
  };
  const until = async (count: number) =>
    waitFor(`${count} were sent`, () => (sent.length >= count ? true : null));
  const settled = async () =>
    waitFor('nothing waits', () =>
      store.notifications.targets(null).every(({ id }) => store.notifications.waiting(id).length === 0)
        ? true
        : null,
    );
  return {
    state,
    store,
    ada,
    bob,
    app,
    sent,
    mails,
    posted,
    start,
    tell,
    add,
    until,
    settled,
    look: () => {
      const ends = lookers;
      lookers = [];
      for (const end of ends) end();
    },
    pass: (ms: number) => {
      now += ms;
    },
  };
}

const newsOf = ({ body }: Sent): unknown[] =>
  Array.isArray(body['notices']) ? body['notices'].map(({ news, title }) => `${news} ${title}`) : [];

describe('telling people', () => {
  it('gathers a group into one message, signed, and tells its end in the next one', async (test) => {
    const { start, tell, add, sent, until, settled, store } = world(test);
    const target = add();
    start();
    tell('alert.firing', { alert: 'slow', service: 'web', fingerprint: 'a' });
    tell('alert.firing', { alert: 'full', service: 'db', fingerprint: 'b' });
    await until(1);
    assert.deepEqual(sent.map(newsOf), [['raised slow is firing', 'raised full is firing']]);
    await settled();
    tell('alert.resolved', { fingerprint: 'a' });
    await until(2);
    assert.deepEqual(newsOf(sent[1] ?? assert.fail()), ['over slow is firing']);
    assert.ok((sent[1]?.at ?? 0) - (sent[0]?.at ?? 0) >= 60_000, 'the interval of the group is kept');
    await settled();
    assert.deepEqual(
      store.notifications.messages(target.id, 9).map(({ state }) => state),
      ['sent', 'sent'],
    );
  });

  it('tells the same condition once, and again only when it goes on for the repeat interval', async (test) => {
    const { start, tell, add, sent, until, settled, look, pass, store } = world(test);
    add();
    start();
    for (let count = 0; count < 5; count += 1) tell('part.down', { part: 'opa' }, null);
    await until(1);
    await settled();
    look();
    await waitFor('the notice was counted', () => (store.notices.open()[0]?.times === 5 ? true : null));
    assert.equal(sent.length, 1);
    pass(3_600_000);
    await waitFor('it is told again', () => {
      look();
      return sent.length > 1 ? true : null;
    });
    assert.deepEqual(newsOf(sent[1] ?? assert.fail()), ['again opa is not well']);
    tell('part.up', { part: 'opa' }, null);
    await until(3);
    assert.deepEqual(newsOf(sent[2] ?? assert.fail()), ['over opa is not well']);
    assert.deepEqual(store.notices.open(), []);
  });

  it('tells only what the person may know of and the target wants', async (test) => {
    const { start, tell, add, sent, until, store, ada, app } = world(test);
    const foreign = store.apps.create({ name: 'other', ownerId: ada.id, at: 1 });
    add({ id: 'bobs' });
    add({ id: 'info', settings: { kind: 'webhook', url: 'http://info' }, appId: app.id });
    start();
    tell('deployment.failed', {}, foreign.id);
    tell('decision', { verdict: 'scale-out', decision: 'd-1', service: 'web' });
    tell('deployment.failed');
    await until(2);
    assert.deepEqual(sent.map(newsOf), [['raised deployment failed'], ['raised deployment failed']]);
    assert.equal(
      store.notices.list({ kind: 'all' }, { afterId: null, appId: null }, { limit: 9, cursor: null }).items
        .length,
      3,
    );
  });

  it('tries again later and later under the same delivery, then gives up and says why', async (test) => {
    const failing = Array.from({ length: mostAttempts }, () => 500);
    const { start, tell, add, sent, settled, store, until } = world(test, ...failing);
    const target = add();
    start();
    tell('deployment.failed');
    await until(mostAttempts);
    await settled();
    assert.equal(sent.length, mostAttempts);
    assert.equal(new Set(sent.map(({ delivery }) => delivery)).size, 1);
    const gaps = sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? 0));
    assert.deepEqual(gaps.slice(0, 4), [1_000, 2_000, 4_000, 8_000]);
    const [message] = store.notifications.messages(target.id, 1);
    assert.deepEqual([message?.state, message?.error], ['failed', 'answered 500']);
    tell('part.down', { part: 'opa' }, null);
    await until(mostAttempts + 1);
    await settled();
  });

  it('does not try again what will never be taken', async (test) => {
    const { start, tell, add, sent, settled } = world(test, 410);
    add();
    start();
    tell('deployment.failed');
    await waitFor('it was tried', () => (sent.length > 0 ? true : null));
    await settled();
    assert.equal(sent.length, 1);
  });

  it('goes on after a restart: with events that came meanwhile, and messages that were not taken', async (test) => {
    const { state, start, tell, add, sent, until, settled } = world(test, null);
    add({ pace: { groupBy: ['app', 'kind'], groupWaitMs: 0, groupIntervalMs: 0, repeatMs: 3_600_000 } });
    state.isHeld = true;
    const first = start();
    tell('deployment.failed');
    await until(1);
    await first.stop();
    tell('part.down', { part: 'opa' }, null);
    const before = sent.length;
    state.isHeld = false;
    start();
    await until(before + 2);
    await settled();
    const news = sent.slice(before).flatMap(newsOf);
    assert.ok(news.includes('raised deployment failed'), news.join());
    assert.ok(news.includes('raised opa is not well'), news.join());
  });

  it('sends mail and Slack messages with the secret it kept sealed, and hands others to Alertmanager', async (test) => {
    const { start, tell, add, sent, mails, posted, settled, ada } = world(test);
    const server = { host: 'm', port: 25, tls: 'none' as const, user: 'u', from: 'a@b.c', to: ['d@e.f'] };
    add({ id: 'mail', settings: { kind: 'smtp', ...server } }, 'pass');
    add(
      { id: 'slack', settings: { kind: 'slack', origin: 'https://s', channel: '#ops' } },
      'https://s/secret',
    );
    const settings = { kind: 'pagerduty' as const, url: null };
    add({ id: 'pager', settings, userId: ada.id }, 'key');
    start();
    tell('deployment.failed');
    await waitFor('all were told', () => (mails.length + sent.length + posted.length === 3 ? true : null));
    await settled();
    assert.deepEqual(
      [mails[0]?.password, mails[0]?.subject],
      ['pass', '[critical] shop-1: deployment failed'],
    );
    assert.deepEqual([sent[0]?.to, sent[0]?.body['channel']], ['https://s/secret', '#ops']);
    assert.deepEqual(posted, [{ targetId: 'pager', news: ['raised'] }]);
  });

  it('ends the conditions of an app with the app', async (test) => {
    const { start, tell, add, until, sent, settled, store } = world(test);
    add();
    start();
    tell('deployment.failed');
    await until(1);
    await settled();
    tell('app.deleted');
    await until(2);
    assert.deepEqual(newsOf(sent[1] ?? assert.fail()), ['over deployment failed']);
    assert.deepEqual(store.notices.open(), []);
  });

  it('sends a test at once, and says what came of it', async (test) => {
    const { start, add, bob, sent } = world(test, 500);
    const target = add();
    const notifier = start();
    assert.equal((await notifier.test(target, bob)).error, 'answered 500');
    assert.equal((await notifier.test(target, bob)).error, null);
    assert.deepEqual(newsOf(sent[1] ?? assert.fail()), ['raised a test']);
  });
});
