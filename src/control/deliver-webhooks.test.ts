import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { FeedKind } from '../core/operation/feed.ts';
import type { WebhookRequest, WebhookResult } from '../core/port/send-webhook.ts';
import { mostFailures } from '../core/webhook/webhook.ts';
import { tempStore, twoUsers } from '../../test/factories/temp-store.ts';
import { waitFor } from '../../test/factories/wait-for.ts';
import { recordingLog } from '../../test/factories/test-api.ts';
import { deliverWebhooks } from './deliver-webhooks.ts';

type Sent = { id: number; at: number; headers: Readonly<Record<string, string>> };

/** A receiver that answers these statuses in turn, then 200; waits take no time, but the clock goes on. */
function world(test: TestContext, ...statuses: (number | null)[]) {
  const { store } = tempStore(test);
  const { ada, bob } = twoUsers(store);
  const app = store.apps.create({ name: 'shop', ownerId: bob.id, at: 1 });
  let now = 1_000_000;
  const sent: Sent[] = [];
  const stops: (() => Promise<void>)[] = [];
  test.after(async () => Promise.all(stops.map((stop) => stop())));
  const send = async ({ body, headers }: WebhookRequest): Promise<WebhookResult> => {
    sent.push({ id: Object(JSON.parse(body)).id, at: now, headers });
    const status = statuses.length === 0 ? 200 : (statuses.shift() ?? null);
    return { status, error: status === 200 ? null : `answered ${status}`, tookMs: 1 };
  };
  const start = () => {
    const made = deliverWebhooks({
      store,
      clock: {
        now: () => now,
        monotonic: () => now,
        wait: async (ms, signal) => {
          // The regular look waits for the end of the test.
          if (ms === 30_000) await new Promise<void>((end) => signal?.addEventListener('abort', () => end()));
          else now += ms;
        },
      },
      log: recordingLog().log,
      send,
      sign: (id, seconds, body) => `${id} ${seconds} ${body.length > 0}`,
      random: () => 1,
    });
    stops.push(made.stop);
    return made;
  };
  const tell = (kind: FeedKind = 'app.stopped', appId: number | null = app.id) =>
    store.feed.append({ at: now, kind, appId, app: appId === null ? null : 'shop-1', text: 't', data: {} })
      .seq;
  const add = (change: { appId?: number | null; events?: string[]; userId?: number } = {}) => {
    const { appId = null, events = [], userId = bob.id } = change;
    const lastSeq = store.feed.lastSeq();
    return store.webhooks.create({ id: 'w', userId, appId, url: 'http://r', events, lastSeq, createdAt: 1 })
      .id;
  };
  const until = async (count: number) =>
    waitFor(`${count} were sent`, () => (sent.length >= count ? true : null));
  return { store, ada, bob, app, sent, start, tell, add, until };
}

describe('telling webhooks', () => {
  it('sends what the person may see and asked for, in order, signed', async (test) => {
    const { store, ada, sent, start, tell, add, until } = world(test);
    const other = store.apps.create({ name: 'other', ownerId: ada.id, at: 1 });
    tell();
    add({ events: ['app.*'] });
    start();
    const first = tell();
    tell('decision');
    tell('app.stopped', other.id);
    const second = tell('app.started');
    await until(2);
    assert.deepEqual(
      sent.map(({ id }) => id),
      [first, second],
    );
    assert.equal(sent[0]?.headers['x-crane-signature'], 'w 1000 true');
    assert.equal(sent[0]?.headers['x-crane-delivery'], `w-${first}`);
    assert.equal(store.webhooks.find('w')?.lastSeq, second);
  });

  it('tries again later and later, and keeps the order meanwhile', async (test) => {
    const { store, sent, start, tell, add, until } = world(test, 500, null, 302);
    add();
    start();
    const [first, second] = [tell(), tell()];
    await until(5);
    assert.deepEqual(
      sent.map(({ id }) => id),
      [first, first, first, first, second],
    );
    assert.deepEqual(
      sent.map(({ at }) => at - 1_000_000),
      [0, 1_000, 3_000, 7_000, 7_000],
    );
    const log = store.webhooks.deliveries('w', 10).map(({ attempt, status }) => [attempt, status]);
    assert.deepEqual(log.at(-1), [1, 500]);
    assert.deepEqual(log.at(-2), [2, null]);
    assert.equal(store.webhooks.find('w')?.failures, 0);
  });

  it('gives up after so many failures in a row, says why, and goes on there when enabled', async (test) => {
    const { store, app, sent, start, tell, add, until } = world(
      test,
      ...Array.from({ length: mostFailures }, () => 500),
    );
    add({ appId: app.id });
    const control = start();
    const event = tell();
    await waitFor('it is disabled', () => (store.webhooks.find('w')?.state === 'disabled' ? true : null));
    assert.equal(sent.length, mostFailures);
    assert.equal(
      store.webhooks.find('w')?.reason,
      `${mostFailures} attempts failed in a row, the last one: answered 500`,
    );
    const told = store.feed.since({ kind: 'all' }, event, 10);
    assert.deepEqual(
      told.map(({ kind }) => kind),
      ['webhook.disabled'],
    );
    store.webhooks.update('w', { state: 'active', failures: 0, reason: null });
    control.wake();
    await until(mostFailures + 2);
    assert.deepEqual(
      sent.slice(mostFailures).map(({ id }) => id),
      [event, event + 1],
    );
  });

  it('ends at once for a receiver that is gone', async (test) => {
    const { store, sent, start, tell, add } = world(test, 410);
    add();
    start();
    tell();
    await waitFor('it is disabled', () => (store.webhooks.find('w')?.state === 'disabled' ? true : null));
    assert.deepEqual([sent.length, store.webhooks.find('w')?.reason], [1, 'the receiver answered 410 Gone']);
  });

  it('goes on after a restart where it was', async (test) => {
    const { sent, start, tell, add, until } = world(test);
    add();
    const before = start();
    const first = tell();
    await until(1);
    await before.stop();
    const second = tell();
    start();
    await until(2);
    assert.deepEqual(
      sent.map(({ id }) => id),
      [first, second],
    );
  });
});
