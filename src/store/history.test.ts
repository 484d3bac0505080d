import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CraneError } from '../core/error/crane-error.ts';
import type { FeedEvent } from '../core/operation/feed.ts';
import type { User } from '../core/port/store.ts';
import type { Scope } from '../core/port/scope.ts';
import { someAlert, someDecision } from '../../test/factories/core-values.ts';
import { tempFolder, tempStore, twoUsers } from '../../test/factories/temp-store.ts';
import { createDatabase } from './database.ts';
import { createFeedRepository } from './feed-repository.ts';
import { migrate, readMigrations } from './migrate.ts';
import { createOperationRepository } from './operation-repository.ts';
import { createSealedTexts } from './sealed-texts.ts';

const all: Scope = { kind: 'all' };
const of = (user: User): Scope => ({ kind: 'owner', userId: user.id });
const hasCode = (code: string) => (thrown: unknown) => thrown instanceof CraneError && thrown.code === code;

function event(change: Partial<FeedEvent> = {}): Omit<FeedEvent, 'seq'> {
  return { at: 1, kind: 'part.up', appId: null, app: null, text: 'opa is up', data: {}, ...change };
}

describe('operations', () => {
  it('are created queued, changed, and listed while open', (test) => {
    const { store, reopen } = tempStore(test);
    const { bob } = twoUsers(store);
    const { id: appId } = store.apps.create({ name: 'shop', ownerId: bob.id, at: 5 });
    const made = { kind: 'deploy', appId, userId: bob.id, at: 5, input: { files: [1] } } as const;
    store.operations.create({ ...made, id: 'op-1' });
    store.operations.create({ ...made, id: 'op-2' });
    store.operations.update('op-1', {
      status: 'failed',
      endedAt: 9,
      error: { code: 'image.not_found', message: 'no such image' },
    });
    const again = reopen();
    assert.deepEqual(
      again.operations.listOpen().map(({ id }) => id),
      ['op-2'],
    );
    assert.deepEqual(again.operations.find(all, 'op-1')?.error, {
      code: 'image.not_found',
      message: 'no such image',
    });
    assert.deepEqual(again.operations.input('op-2'), { files: [1] });
    assert.deepEqual(
      again.operations.listForApp(appId, 1).map(({ id }) => id),
      ['op-2'],
    );
    assert.throws(() => again.operations.update('op-9', {}), hasCode('operation.not_found'));
  });

  it("are seen by the app's owner and by whoever started them, by nobody else", (test) => {
    const { store } = tempStore(test);
    const { ada, bob } = twoUsers(store);
    const cid = store.users.create({ name: 'cid', role: 'user', at: 3 });
    const { id: appId } = store.apps.create({ name: 'shop', ownerId: bob.id, at: 5 });
    store.operations.create({ id: 'op-1', kind: 'stop', appId, userId: ada.id, at: 5, input: null });
    assert.equal(store.operations.find(of(bob), 'op-1')?.id, 'op-1');
    assert.equal(store.operations.find(of(ada), 'op-1')?.id, 'op-1');
    assert.equal(store.operations.find(of(cid), 'op-1'), null);
  });

  it('number their events from one, and give those after a number', (test) => {
    const { store } = tempStore(test);
    const { bob } = twoUsers(store);
    const { id: appId } = store.apps.create({ name: 'shop', ownerId: bob.id, at: 5 });
    for (const id of ['op-1', 'op-2']) {
      store.operations.create({ id, kind: 'stop', appId, userId: bob.id, at: 5, input: null });
      for (const text of ['a', 'b']) {
        store.operations.appendEvent({
          operationId: id,
          at: 6,
          step: 'pull',
          state: 'progress',
          text,
          data: { n: 1 },
        });
      }
    }
    assert.deepEqual(
      store.operations.events('op-2', 0).map(({ seq, text }) => [seq, text]),
      [
        [1, 'a'],
        [2, 'b'],
      ],
    );
    assert.deepEqual(
      store.operations.events('op-2', 1).map(({ seq }) => seq),
      [2],
    );
  });

  it('forget the oldest events and go on counting', (test) => {
    const db = createDatabase(`${tempFolder(test)}/x.db`);
    test.after(() => db.close());
    migrate(db, readMigrations(`${import.meta.dirname}/migrations`));
    db.run("INSERT INTO users (name, role, created_at) VALUES ('ada', 'admin', 1)");
    const operations = createOperationRepository(db, createSealedTexts(db, undefined), { maxEvents: 10 });
    for (const id of ['op-1', 'op-2']) {
      operations.create({ id, kind: 'load', appId: 1, userId: 1, at: 1, input: null });
    }
    const append = (operationId: string) =>
      operations.appendEvent({ operationId, at: 1, step: 's', state: 'progress', text: '', data: {} });
    append('op-1');
    for (let count = 0; count < 29; count += 1) append('op-2');
    assert.deepEqual(operations.events('op-1', 0), []);
    assert.equal(operations.events('op-2', 0).length, 10);
    assert.equal(append('op-1').seq, 2);
  });
});

describe('decisions', () => {
  it('come back as they were recorded', (test) => {
    const { store, reopen } = tempStore(test);
    const { bob } = twoUsers(store);
    store.apps.create({ name: 'shop', ownerId: bob.id, at: 5 });
    store.decisions.record(someDecision());
    assert.deepEqual(reopen().decisions.find(all, 'd-10000'), someDecision());
  });

  it('can be neither removed nor rewritten, whatever is tried', (test) => {
    const { store, path } = tempStore(test);
    store.decisions.record(someDecision());
    const db = createDatabase(path);
    test.after(() => db.close());
    assert.throws(() => db.run('DELETE FROM decisions'), /never removed/);
    assert.throws(() => db.run("UPDATE decisions SET reason = 'x'"), /never rewritten/);
    assert.throws(() => store.decisions.record(someDecision()));
  });

  it('stay with their owner after the app is gone', (test) => {
    const { store } = tempStore(test);
    const { ada, bob } = twoUsers(store);
    const app = store.apps.create({ name: 'shop', ownerId: bob.id, at: 5 });
    store.decisions.record(someDecision({ at: 1 }));
    store.apps.remove(app.id);
    store.decisions.record(someDecision({ at: 2 }));
    const page = { limit: 10, cursor: null };
    assert.equal(store.decisions.list(of(bob), { appId: null }, page).items.length, 2);
    assert.equal(store.decisions.list(of(ada), { appId: null }, page).items.length, 0);
    assert.equal(store.decisions.find(of(ada), 'd-1'), null);
  });

  it('are paged from the newest, without gaps while new ones arrive', (test) => {
    const { store } = tempStore(test);
    for (let at = 1; at <= 5; at += 1) store.decisions.record(someDecision({ at }));
    const first = store.decisions.list(all, { appId: null }, { limit: 2, cursor: null });
    store.decisions.record(someDecision({ at: 6 }));
    const second = store.decisions.list(all, { appId: null }, { limit: 2, cursor: first.nextCursor });
    const third = store.decisions.list(all, { appId: null }, { limit: 2, cursor: second.nextCursor });
    assert.deepEqual(
      [...first.items, ...second.items, ...third.items].map(({ at }) => at),
      [5, 4, 3, 2, 1],
    );
    assert.equal(third.nextCursor, null);
    assert.throws(
      () => store.decisions.list(all, { appId: null }, { limit: 2, cursor: 'nonsense' }),
      hasCode('input.invalid'),
    );
  });

  it('are filtered by app, service and change', (test) => {
    const { store } = tempStore(test);
    store.decisions.record(someDecision({ at: 1 }));
    store.decisions.record(someDecision({ at: 2, verdict: 'hold' }));
    store.decisions.record(someDecision({ at: 3, service: 'db' }));
    store.decisions.record(someDecision({ at: 4, appId: 2 }));
    const page = { limit: 10, cursor: null };
    const times = (filter: Parameters<typeof store.decisions.list>[1]) =>
      store.decisions.list(all, filter, page).items.map(({ at }) => at);
    assert.deepEqual(times({ appId: 1 }), [3, 2, 1]);
    assert.deepEqual(times({ appId: 1, service: 'web' }), [2, 1]);
    assert.deepEqual(times({ appId: null, onlyChanges: true }), [4, 3, 1]);
  });

  it('remember the last of a service and the last change in each direction', (test) => {
    const { store } = tempStore(test);
    store.decisions.record(someDecision({ at: 1 }));
    store.decisions.record(someDecision({ at: 2, verdict: 'scale-in' }));
    store.decisions.record(someDecision({ at: 3, verdict: 'hold' }));
    store.decisions.record(someDecision({ at: 4, family: 'healing', verdict: 'replace' }));
    assert.equal(store.decisions.last(1, 'web', 'scaling')?.at, 3);
    assert.equal(store.decisions.last(1, 'web', 'healing')?.at, 4);
    assert.equal(store.decisions.lastChange(1, 'web', 'scale-out')?.at, 1);
    assert.equal(store.decisions.lastChange(1, 'web', 'scale-in')?.at, 2);
    assert.equal(store.decisions.last(1, 'db', 'scaling'), null);
  });

  it('count repetitions and take their effect later', (test) => {
    const { store } = tempStore(test);
    store.decisions.record(someDecision({ at: 1 }));
    store.decisions.repeat('d-1', 50);
    assert.equal(store.decisions.pendingEffects().length, 1);
    const effect = {
      status: 'done',
      instances: [{ instance: 'web-1-2', change: 'created', readyAt: 60 }],
      tookMs: 59,
      error: null,
    } as const;
    store.decisions.setEffect('d-1', effect);
    const found = store.decisions.find(all, 'd-1');
    assert.deepEqual([found?.repeats, found?.lastAt, found?.effect], [1, 50, effect]);
    assert.deepEqual(store.decisions.pendingEffects(), []);
    assert.throws(() => store.decisions.repeat('d-9', 1), hasCode('decision.not_found'));
    assert.throws(() => store.decisions.setEffect('d-9', effect), hasCode('decision.not_found'));
  });

  it('count the restarts of a service since a time', (test) => {
    const { store } = tempStore(test);
    const heal = { family: 'healing' } as const;
    store.decisions.record(someDecision({ ...heal, at: 1, verdict: 'replace' }));
    store.decisions.record(someDecision({ ...heal, at: 2, verdict: 'restart' }));
    store.decisions.record(someDecision({ ...heal, at: 3, verdict: 'back-off' }));
    assert.equal(store.decisions.countRestartsSince(1, 'web', 0), 2);
    assert.equal(store.decisions.countRestartsSince(1, 'web', 2), 1);
  });
});

describe('alerts', () => {
  it('are stored once for each occurrence and status', (test) => {
    const { store, reopen } = tempStore(test);
    const first = store.alerts.receive(someAlert(), 11);
    const again = store.alerts.receive(someAlert(), 12);
    assert.deepEqual([first.isNew, again.isNew, again.id, again.receivedAt], [true, false, first.id, 11]);
    assert.equal(store.alerts.receive(someAlert({ status: 'resolved', endsAt: 20 }), 13).isNew, true);
    assert.equal(store.alerts.receive(someAlert({ startsAt: 99 }), 14).isNew, true);
    assert.equal(reopen().alerts.pending().length, 3);
  });

  it('leave the waiting ones when their outcome is known', (test) => {
    const { store } = tempStore(test);
    const { id } = store.alerts.receive(someAlert(), 11);
    store.alerts.setOutcome(id, { kind: 'decided', decisionId: 'd-1' });
    assert.deepEqual(store.alerts.pending(), []);
    assert.deepEqual(store.alerts.list({ limit: 5, cursor: null }).items[0]?.outcome, {
      kind: 'decided',
      decisionId: 'd-1',
    });
  });

  it('are active until resolved or followed by a later occurrence', (test) => {
    const { store } = tempStore(test);
    const active = () =>
      store.alerts.active('shop-1', 'web').map(({ fingerprint, startsAt }) => [fingerprint, startsAt]);
    store.alerts.receive(someAlert({ startsAt: 1 }), 11);
    store.alerts.receive(someAlert({ fingerprint: 'f2', startsAt: 2 }), 12);
    store.alerts.receive(someAlert({ fingerprint: 'f3', labels: { app: 'shop-1', service: 'db' } }), 12);
    assert.deepEqual(active(), [
      ['f1', 1],
      ['f2', 2],
    ]);
    store.alerts.receive(someAlert({ fingerprint: 'f2', startsAt: 2, status: 'resolved', endsAt: 3 }), 13);
    assert.deepEqual(active(), [['f1', 1]]);
    store.alerts.receive(someAlert({ startsAt: 5 }), 14);
    assert.deepEqual(active(), [['f1', 5]]);
    store.alerts.receive(someAlert({ startsAt: 5, status: 'resolved', endsAt: 6 }), 15);
    assert.deepEqual(active(), []);
  });

  it('are paged from the newest', (test) => {
    const { store } = tempStore(test);
    for (let startsAt = 1; startsAt <= 3; startsAt += 1)
      store.alerts.receive(someAlert({ startsAt }), startsAt);
    const first = store.alerts.list({ limit: 2, cursor: null });
    const second = store.alerts.list({ limit: 2, cursor: first.nextCursor });
    assert.deepEqual(
      [...first.items, ...second.items].map(({ alert }) => alert.startsAt),
      [3, 2, 1],
    );
  });
});

describe('the feed', () => {
  it('numbers events and gives those after a number', (test) => {
    const { store, reopen } = tempStore(test);
    assert.equal(store.feed.lastSeq(), 0);
    store.feed.append(event({ text: 'a' }));
    store.feed.append(event({ text: 'b', data: { ms: 3 } }));
    const again = reopen();
    assert.equal(again.feed.lastSeq(), 2);
    assert.deepEqual(again.feed.since(all, 1, 10), [{ ...event({ text: 'b', data: { ms: 3 } }), seq: 2 }]);
  });

  it("hides other people's apps and shows the platform to everybody", (test) => {
    const { store } = tempStore(test);
    const { ada, bob } = twoUsers(store);
    const { id: appId } = store.apps.create({ name: 'shop', ownerId: bob.id, at: 5 });
    store.feed.append(event({ text: 'platform' }));
    store.feed.append(event({ text: 'app', kind: 'app.created', appId, app: 'shop-1' }));
    const texts = (scope: Scope) => store.feed.since(scope, 0, 10).map(({ text }) => text);
    assert.deepEqual(texts(of(bob)), ['platform', 'app']);
    assert.deepEqual(texts(of(ada)), ['platform']);
    store.apps.remove(appId);
    store.feed.append(event({ text: 'gone', kind: 'app.deleted', appId, app: 'shop-1' }));
    assert.deepEqual(texts(of(bob)), ['platform', 'app', 'gone']);
    assert.deepEqual(texts(of(ada)), ['platform']);
  });

  it('tells listeners after the commit, never of what was undone', (test) => {
    const { store } = tempStore(test);
    const told: string[] = [];
    const stop = store.feed.subscribe(({ text }) => told.push(text));
    store.feed.subscribe(() => {
      throw new Error('a broken listener');
    });
    store.transaction(() => {
      store.feed.append(event({ text: 'kept' }));
      assert.deepEqual(told, []);
    });
    assert.throws(() =>
      store.transaction(() => {
        store.feed.append(event({ text: 'undone' }));
        throw new Error('no');
      }),
    );
    assert.deepEqual(told, ['kept']);
    stop();
    store.feed.append(event());
    assert.deepEqual(told, ['kept']);
  });

  it('forgets the oldest events', (test) => {
    const db = createDatabase(`${tempFolder(test)}/x.db`);
    test.after(() => db.close());
    migrate(db, readMigrations(`${import.meta.dirname}/migrations`));
    const feed = createFeedRepository(db, null, { maxEvents: 10 });
    for (let count = 0; count < 30; count += 1) feed.append(event());
    assert.deepEqual(
      feed.since(all, 0, 100).map(({ seq }) => seq),
      [21, 22, 23, 24, 25, 26, 27, 28, 29, 30],
    );
  });
});
