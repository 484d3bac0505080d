import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { checkCompose } from '../actions/plan-deployment.ts';
import type { App } from '../core/app/app.ts';
import type { Store } from '../core/port/store.ts';
import { tempStore, twoUsers } from '../../test/factories/temp-store.ts';
import { createReleaseCache } from './release-cache.ts';

function appWith(test: TestContext, restarts: string[][]): { app: App; store: Store; reads: () => number } {
  const { store } = tempStore(test);
  const { ada } = twoUsers(store);
  const app = store.apps.create({ name: 'shop', ownerId: ada.id, at: 0 });
  const text = JSON.stringify({ services: { web: { image: 'app:1' }, db: { image: 'app:1' } } });
  const { project } = checkCompose({ files: [{ path: 'compose.yaml', text }] }, app.uniqueName);
  for (const each of restarts)
    store.releases.create({
      appId: app.id,
      project,
      images: {},
      restarts: each,
      createdAt: 0,
      createdBy: ada.id,
    });
  let count = 0;
  const { find } = store.releases;
  store.releases.find = (...given) => {
    count += 1;
    return find(...given);
  };
  return { app, store, reads: () => count };
}

describe('the cache of releases', () => {
  it('reads a release once, however often it is asked for', (test) => {
    const { app, store, reads } = appWith(test, [[]]);
    const cache = createReleaseCache(store, 'crane');
    const first = cache.find(app, 1);
    const after = reads();
    for (let look = 0; look < 100; look += 1) assert.equal(cache.find(app, 1), first);
    assert.equal(reads(), after);
    assert.equal(cache.find(app, null), null);
    assert.equal(cache.find(app, 9), null);
  });

  it('knows which release restarted a service last, up to the one that is asked for', (test) => {
    const { app, store } = appWith(test, [[], ['web'], ['web', 'db'], []]);
    const cache = createReleaseCache(store, 'crane');
    const restartedBy = (number: number, service: string): number | undefined =>
      cache.find(app, number)?.known.get(service)?.restartedBy;
    assert.deepEqual(
      [1, 2, 3, 4].map((number) => [restartedBy(number, 'web'), restartedBy(number, 'db')]),
      [
        [0, 0],
        [2, 0],
        [3, 3],
        [3, 3],
      ],
    );
  });

  it('keeps only so many, the ones used last', (test) => {
    const { app, store, reads } = appWith(test, [[], [], []]);
    const cache = createReleaseCache(store, 'crane', 2);
    for (const number of [1, 2, 1, 3]) cache.find(app, number);
    const before = reads();
    cache.find(app, 1);
    assert.equal(reads(), before);
    cache.find(app, 2);
    assert.ok(reads() > before);
  });

  it('forgets an app that is gone', (test) => {
    const { app, store, reads } = appWith(test, [[]]);
    const cache = createReleaseCache(store, 'crane');
    cache.find(app, 1);
    cache.forget(app.id);
    const before = reads();
    cache.find(app, 1);
    assert.ok(reads() > before);
  });
});
