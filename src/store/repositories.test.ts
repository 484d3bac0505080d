import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CraneError } from '../core/error/crane-error.ts';
import type { User } from '../core/port/store.ts';
import type { Scope } from '../core/port/scope.ts';
import { someLoadReport, someLoadSpec, someScan } from '../../test/factories/core-values.ts';
import { tempStore, twoUsers } from '../../test/factories/temp-store.ts';
import { openStore } from './open-store.ts';

const all: Scope = { kind: 'all' };
const of = (user: User): Scope => ({ kind: 'owner', userId: user.id });
const hasCode = (code: string) => (thrown: unknown) => thrown instanceof CraneError && thrown.code === code;

describe('kept answers', () => {
  it('are each person’s own, survive a restart, and are forgotten in time', (test) => {
    const { store, reopen } = tempStore(test);
    const { ada, bob } = twoUsers(store);
    const answer = { requestHash: 'r', sealed: 's' };
    store.answers.keep({ ...answer, userId: ada.id, keyHash: 'k', at: 100, forgetBefore: 0 });
    const { answers } = reopen();
    assert.deepEqual(answers.find(ada.id, 'k', 99), answer);
    assert.equal(answers.find(ada.id, 'k', 100), null);
    assert.equal(answers.find(bob.id, 'k', 0), null);
    answers.keep({ ...answer, userId: ada.id, keyHash: 'k', at: 200, forgetBefore: 100 });
    assert.deepEqual(answers.find(ada.id, 'k', 199), answer);
  });
});

describe('users', () => {
  it('are counted, found and listed', (test) => {
    const { store } = tempStore(test);
    assert.equal(store.users.count(), 0);
    const { ada, bob } = twoUsers(store);
    assert.deepEqual(ada, {
      id: 1,
      name: 'ada',
      role: 'admin',
      createdAt: 1_000,
      isDisabled: false,
      hasPassword: false,
    });
    assert.equal(store.users.count(), 2);
    assert.deepEqual(store.users.list(), [ada, bob]);
    assert.equal(store.users.find(9), null);
  });

  it('have names that nobody else has, in any case of letters', (test) => {
    const { store } = tempStore(test);
    twoUsers(store);
    assert.throws(() => store.users.create({ name: 'Ada', role: 'user', at: 1 }), hasCode('input.invalid'));
  });
});

describe('tokens', () => {
  it('let their user in until they expire', (test) => {
    const { store } = tempStore(test);
    const { ada } = twoUsers(store);
    store.tokens.create({ userId: ada.id, name: 'ci', hash: 'h', at: 1_000, expiresAt: 5_000 });
    assert.deepEqual(store.tokens.authenticate('h', 4_999)?.user, ada);
    assert.equal(store.tokens.authenticate('h', 5_000), null);
    assert.equal(store.tokens.authenticate('other', 1_000), null);
  });

  it('note their last use to the minute', (test) => {
    const { store } = tempStore(test);
    const { ada } = twoUsers(store);
    store.tokens.create({ userId: ada.id, name: 'ci', hash: 'h', at: 1_000, expiresAt: null });
    store.tokens.authenticate('h', 100_000);
    store.tokens.authenticate('h', 130_000);
    assert.equal(store.tokens.list(ada.id)[0]?.lastUsedAt, 100_000);
    store.tokens.authenticate('h', 160_000);
    assert.equal(store.tokens.list(ada.id)[0]?.lastUsedAt, 160_000);
  });

  it('are revoked by their own user only', (test) => {
    const { store } = tempStore(test);
    const { ada, bob } = twoUsers(store);
    const token = store.tokens.create({ userId: ada.id, name: 'ci', hash: 'h', at: 1, expiresAt: null });
    assert.equal(store.tokens.revoke(bob.id, token.id), false);
    assert.equal(store.tokens.revoke(ada.id, token.id), true);
    assert.equal(store.tokens.authenticate('h', 2), null);
    assert.deepEqual(store.tokens.list(ada.id), []);
  });
});

describe('settings', () => {
  it('are set, replaced and removed', (test) => {
    const { store } = tempStore(test);
    store.settings.set('k', '1');
    store.settings.set('k', '2');
    assert.equal(store.settings.get('k'), '2');
    store.settings.remove('k');
    assert.equal(store.settings.get('k'), null);
  });
});

describe('apps', () => {
  it('get unique names from ids that are never used twice', (test) => {
    const { store } = tempStore(test);
    const { bob } = twoUsers(store);
    const first = store.apps.create({ name: 'shop', ownerId: bob.id, at: 5 });
    assert.deepEqual(first, {
      id: 1,
      name: 'shop',
      uniqueName: 'shop-1',
      engineName: 'shop-1',
      defaultNetwork: null,
      ownerId: bob.id,
      intent: 'running',
      releaseNumber: null,
      stableReleaseNumber: null,
      createdAt: 5,
      updatedAt: 5,
      revision: 1,
    });
    store.apps.remove(first.id);
    assert.equal(store.apps.create({ name: 'shop', ownerId: bob.id, at: 6 }).uniqueName, 'shop-2');
  });

  it('get different names when two connections create them in turn', (test) => {
    const { store, path } = tempStore(test);
    const { bob } = twoUsers(store);
    const second = openStore({ path });
    test.after(() => second.close());
    const names = Array.from({ length: 50 }, (_, index) =>
      (index % 2 === 0 ? store : second).apps.create({ name: 'shop', ownerId: bob.id, at: index }),
    ).map((app) => app.uniqueName);
    assert.equal(new Set(names).size, 50);
  });

  it('are found by id, by digits and by unique name', (test) => {
    const { store } = tempStore(test);
    const { bob } = twoUsers(store);
    const app = store.apps.create({ name: 'shop', ownerId: bob.id, at: 5 });
    assert.deepEqual(
      [store.apps.find(all, 1), store.apps.find(all, '1'), store.apps.find(all, 'shop-1')],
      [app, app, app],
    );
    assert.equal(store.apps.find(all, 'shop'), null);
    assert.deepEqual(store.apps.findByName(all, 'shop'), [app]);
  });

  it('are found by the name they were made with, when they are called otherwise', (test) => {
    const { store } = tempStore(test);
    const { bob } = twoUsers(store);
    const { id } = store.apps.create({ name: 'shop', ownerId: bob.id, at: 5 });
    store.feed.append({ at: 5, kind: 'app.created', appId: id, app: 'shop-1', text: 'made', data: {} });
    const renamed = store.apps.update(id, { name: 'store' }, 6);
    assert.deepEqual([renamed.uniqueName, renamed.engineName], ['store-1', 'shop-1']);
    assert.deepEqual([store.apps.find(all, 'store-1'), store.apps.find(all, 'shop-1')], [renamed, renamed]);
    assert.deepEqual(store.apps.findByName(all, 'shop'), []);
    assert.equal(store.feed.since(all, 0, 9)[0]?.app, 'store-1');
    store.apps.remove(id);
    assert.equal(store.feed.since(all, 0, 9)[0]?.app, 'shop-1');
  });

  it('do not exist for anybody but their owner and those who see everything', (test) => {
    const { store } = tempStore(test);
    const { ada, bob } = twoUsers(store);
    const app = store.apps.create({ name: 'shop', ownerId: bob.id, at: 5 });
    assert.deepEqual(store.apps.list(of(bob)), [app]);
    assert.deepEqual(store.apps.list(all), [app]);
    assert.deepEqual(store.apps.list(of(ada)), []);
    assert.deepEqual(store.apps.findByName(of(ada), 'shop'), []);
    assert.equal(store.apps.find(of(ada), 1), null);
    assert.equal(store.apps.find(of(ada), 'shop-1'), null);
  });

  it('grow their revision with each change and keep what was not named', (test) => {
    const { store } = tempStore(test);
    const { bob } = twoUsers(store);
    store.apps.create({ name: 'shop', ownerId: bob.id, at: 5 });
    store.apps.update(1, { releaseNumber: 3 }, 6);
    const app = store.apps.update(1, { intent: 'stopped' }, 7);
    assert.deepEqual([app.releaseNumber, app.intent, app.revision, app.updatedAt], [3, 'stopped', 3, 7]);
    assert.equal(store.apps.update(1, { releaseNumber: null }, 8).releaseNumber, null);
    assert.throws(() => store.apps.update(9, {}, 7), hasCode('app.not_found'));
  });

  it('take releases, targets and loads with them, and leave their operations', (test) => {
    const { store } = tempStore(test);
    const { bob } = twoUsers(store);
    const app = store.apps.create({ name: 'shop', ownerId: bob.id, at: 5 });
    store.targets.set({ appId: app.id, service: 'web', replicas: 2, at: 5 });
    store.loads.create({ id: 'load-1', appId: app.id, spec: someLoadSpec(), at: 5 });
    store.operations.create({
      id: 'op-1',
      kind: 'deploy',
      appId: app.id,
      userId: bob.id,
      at: 5,
      input: { A: 'b' },
    });
    store.operations.update('op-1', { status: 'succeeded', endedAt: 6 });
    store.operations.create({
      id: 'op-2',
      kind: 'delete',
      appId: app.id,
      userId: bob.id,
      at: 7,
      input: { v: [] },
    });
    store.apps.remove(app.id);
    assert.deepEqual(store.targets.list(app.id), []);
    assert.equal(store.loads.find(app.id, 'load-1'), null);
    assert.equal(store.operations.find(of(bob), 'op-2')?.status, 'queued');
    assert.equal(store.operations.input('op-1'), null);
    assert.deepEqual(store.operations.input('op-2'), { v: [] });
    assert.equal(store.operations.update('op-2', { status: 'succeeded' }).status, 'succeeded');
  });
});

describe('targets', () => {
  it('are set, replaced, listed and removed', (test) => {
    const { store } = tempStore(test);
    const { bob } = twoUsers(store);
    const { id: appId } = store.apps.create({ name: 'shop', ownerId: bob.id, at: 5 });
    store.targets.set({ appId, service: 'web', replicas: 2, at: 5 });
    store.targets.set({ appId, service: 'web', replicas: 3, at: 6 });
    store.targets.set({ appId, service: 'db', replicas: 1, at: 6 });
    assert.deepEqual(store.targets.get(appId, 'web'), { appId, service: 'web', replicas: 3, updatedAt: 6 });
    store.targets.remove(appId, 'web');
    assert.deepEqual(
      store.targets.list(appId).map(({ service }) => service),
      ['db'],
    );
  });
});

describe('scans', () => {
  it('give the newest of an image and keep a few', (test) => {
    const { store } = tempStore(test);
    for (let run = 1; run <= 9; run += 1) store.scans.record(someScan({ startedAt: run }));
    store.scans.record(
      someScan({ imageId: 'sha256:bb', state: 'no-database', findings: [], databaseAt: null }),
    );
    assert.deepEqual(store.scans.find('sha256:aa'), someScan({ startedAt: 9 }));
    assert.equal(store.scans.find('sha256:bb')?.state, 'no-database');
    assert.equal(store.scans.find('sha256:cc'), null);
  });
});

describe('loads', () => {
  it('have no report until they are finished, and belong to one app', (test) => {
    const { store } = tempStore(test);
    const { bob } = twoUsers(store);
    const { id: appId } = store.apps.create({ name: 'shop', ownerId: bob.id, at: 5 });
    store.loads.create({ id: 'load-1', appId, spec: someLoadSpec(), at: 5 });
    assert.deepEqual(store.loads.find(appId, 'load-1'), { id: 'load-1', spec: someLoadSpec(), report: null });
    store.loads.finish('load-1', someLoadReport());
    assert.deepEqual(store.loads.find(appId, 'load-1')?.report, someLoadReport());
    assert.equal(store.loads.find(99, 'load-1'), null);
    assert.throws(() => store.loads.finish('load-9', someLoadReport()), hasCode('load.not_found'));
  });
});
