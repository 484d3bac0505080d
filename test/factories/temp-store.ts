import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Store, User } from '../../src/core/port/store.ts';
import { openStore } from '../../src/store/open-store.ts';

/** A folder that goes away with the test. */
export function tempFolder(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'crane-test-'));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A real store on a real file, closed and removed with the test. */
export function tempStore(test: TestContext): { store: Store; path: string; reopen: () => Store } {
  const path = join(tempFolder(test), 'crane.db');
  let store = openStore({ path });
  test.after(() => store.close());
  return {
    store,
    path,
    reopen: () => {
      store.close();
      store = openStore({ path });
      return store;
    },
  };
}

/** A store that is on no disk: quick, for tests that need many. */
export function memoryStore(test: TestContext): Store {
  const store = openStore({ path: ':memory:' });
  test.after(() => store.close());
  return store;
}

/** Two people: `ada` is an admin, `bob` a user. */
export function twoUsers(store: Store): { ada: User; bob: User } {
  return {
    ada: store.users.create({ name: 'ada', role: 'admin', at: 1_000 }),
    bob: store.users.create({ name: 'bob', role: 'user', at: 2_000 }),
  };
}
