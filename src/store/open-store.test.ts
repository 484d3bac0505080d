import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { CraneError } from '../core/error/crane-error.ts';
import { tempFolder, tempStore, twoUsers } from '../../test/factories/temp-store.ts';
import { createDatabase } from './database.ts';
import { migrate, readMigrations } from './migrate.ts';
import { openStore } from './open-store.ts';

const hasCode = (code: string) => (thrown: unknown) => thrown instanceof CraneError && thrown.code === code;
const migrationFolder = join(import.meta.dirname, 'migrations');

describe('opening the store', () => {
  it('makes a private file in a folder that did not exist', (test) => {
    const path = join(tempFolder(test), 'deep', 'crane.db');
    openStore({ path }).close();
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it('reports the migrations it applied once', (test) => {
    const path = join(tempFolder(test), 'crane.db');
    const seen: unknown[] = [];
    const note = (facts: Record<string, unknown>): void => void seen.push(facts['applied']);
    const log = { debug: note, info: note, warn: note, error: note };
    openStore({ path, log }).close();
    openStore({ path, log }).close();
    assert.deepEqual(seen, [readMigrations(migrationFolder).map(({ name }) => name)]);
  });

  it('refuses a database that a newer Crane wrote', (test) => {
    const { path, store } = tempStore(test);
    store.close();
    const db = createDatabase(path);
    db.exec('PRAGMA user_version = 9999');
    db.close();
    assert.throws(() => openStore({ path }), hasCode('store.unavailable'));
  });

  it('refuses a file that is not a database', (test) => {
    const path = join(tempFolder(test), 'crane.db');
    writeFileSync(path, 'this is a letter to a friend, not a database\n'.repeat(100));
    assert.throws(() => openStore({ path }), hasCode('store.unavailable'));
  });

  it('refuses a damaged database', (test) => {
    const { path, store } = tempStore(test);
    twoUsers(store);
    store.close();
    const bytes = readFileSync(path);
    bytes.fill(0x5a, 4096, 4096 * 12);
    writeFileSync(path, bytes);
    assert.throws(() => openStore({ path }), hasCode('store.unavailable'));
  });

  it('refuses a folder it cannot make', (test) => {
    const file = join(tempFolder(test), 'file');
    writeFileSync(file, '');
    assert.throws(() => openStore({ path: join(file, 'crane.db') }), hasCode('store.unavailable'));
  });

  it('keeps what was written when it is opened again', (test) => {
    const { store, reopen } = tempStore(test);
    const { bob } = twoUsers(store);
    const app = store.apps.create({ name: 'shop', ownerId: bob.id, at: 5 });
    const again = reopen();
    assert.deepEqual(again.users.find(bob.id), bob);
    assert.deepEqual(again.apps.find({ kind: 'all' }, 'shop-1'), app);
  });

  it('keeps all that had returned when its process is killed', async (test) => {
    const path = join(tempFolder(test), 'crane.db');
    const program = `
      import { openStore } from ${JSON.stringify(join(import.meta.dirname, 'open-store.ts'))};
      const store = openStore({ path: process.argv[1] });
      for (;;) {
        const event = { at: 1, kind: 'part.up', appId: null, app: null, text: '', data: {} };
        process.stdout.write(store.feed.append(event).seq + '\\n');
      }`;
    const writer = spawn(process.execPath, ['--input-type=module', '--eval', program, '--', path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(writer, 'exit');
    let told = '';
    writer.stdout.setEncoding('utf8');
    for await (const part of writer.stdout) {
      told += String(part);
      if (told.length > 200) writer.kill('SIGKILL');
    }
    await exited;
    const last = Number(told.slice(0, told.lastIndexOf('\n')).split('\n').at(-1));
    const store = openStore({ path });
    test.after(() => store.close());
    assert.ok(store.feed.lastSeq() >= last, `${store.feed.lastSeq()} of ${last}`);
    assert.ok(last > 50);
  });

  it('also lives in memory', () => {
    const store = openStore({ path: ':memory:' });
    store.settings.set('a', 'b');
    assert.equal(store.settings.get('a'), 'b');
    store.close();
  });
});

describe('migrations', () => {
  it('leave nothing behind when one of them fails', (test) => {
    const db = createDatabase(join(tempFolder(test), 'x.db'));
    test.after(() => db.close());
    const good = { number: 1, name: '0001-a.sql', sql: 'CREATE TABLE a (x) ' };
    const bad = { number: 2, name: '0002-b.sql', sql: 'CREATE TABLE b (x); CREATE TABLE a (x)' };
    assert.throws(() => migrate(db, [good, bad]));
    const names = db.all(z.object({ name: z.string() }), 'SELECT name FROM sqlite_schema');
    assert.deepEqual(names, [{ name: 'a' }]);
    assert.deepEqual(migrate(db, [good, { ...bad, sql: 'CREATE TABLE b (x)' }]), ['0002-b.sql']);
  });
});

describe('the migration to engine names', () => {
  it('gives the apps of before the name they have as the engine’s', (test) => {
    const db = createDatabase(join(tempFolder(test), 'x.db'));
    test.after(() => db.close());
    const all = readMigrations(migrationFolder);
    const index = all.findIndex(({ name }) => name.endsWith('engine-names.sql'));
    migrate(db, all.slice(0, index));
    db.run("INSERT INTO users (name, role, created_at) VALUES ('ada', 'admin', 1)", {});
    db.run('INSERT INTO app_owners (app_id, owner_id) VALUES (7, 1)', {});
    db.run(
      `INSERT INTO apps (id, name, unique_name, owner_id, intent, created_at, updated_at, revision)
       VALUES (7, 'shop', 'shop-7', 1, 'running', 1, 1, 1)`,
      {},
    );
    migrate(db, all);
    const row = z.object({ engine_name: z.string() });
    assert.deepEqual(db.get(row, 'SELECT engine_name FROM apps'), { engine_name: 'shop-7' });
  });
});

describe('a full disk', () => {
  it('is store.full, leaves the last good state, and clears up by itself', (test) => {
    const db = createDatabase(join(tempFolder(test), 'x.db'));
    test.after(() => db.close());
    db.exec('CREATE TABLE a (x TEXT) STRICT; PRAGMA max_page_count = 20');
    const fill = () =>
      db.transaction(() => {
        for (let row = 0; row < 100; row += 1) {
          db.run('INSERT INTO a (x) VALUES (:x)', { x: 'y'.repeat(4_000) });
        }
      });
    assert.throws(fill, hasCode('store.full'));
    assert.deepEqual(db.get(z.object({ n: z.int() }), 'SELECT count(*) AS n FROM a'), { n: 0 });
    db.exec('PRAGMA max_page_count = 2000');
    fill();
    assert.deepEqual(db.get(z.object({ n: z.int() }), 'SELECT count(*) AS n FROM a'), { n: 100 });
  });
});

describe('a read-only database', () => {
  it('is store.unavailable', (test) => {
    const db = createDatabase(join(tempFolder(test), 'x.db'));
    test.after(() => db.close());
    db.exec('CREATE TABLE a (x TEXT) STRICT; PRAGMA query_only = ON');
    assert.throws(() => db.run('DELETE FROM a'), hasCode('store.unavailable'));
  });
});

describe('transactions', () => {
  it('undo everything when the work throws', (test) => {
    const { store } = tempStore(test);
    assert.throws(() =>
      store.transaction(() => {
        store.settings.set('a', '1');
        throw new Error('no');
      }),
    );
    assert.equal(store.settings.get('a'), null);
    store.settings.set('a', '2');
    assert.equal(store.settings.get('a'), '2');
  });

  it('nest: the inner one joins the outer one', (test) => {
    const { store } = tempStore(test);
    assert.throws(() =>
      store.transaction(() => {
        store.transaction(() => store.settings.set('inner', '1'));
        throw new Error('no');
      }),
    );
    assert.equal(store.settings.get('inner'), null);
  });

  it('nest: an inner failure that is caught undoes the inner part only', (test) => {
    const { store } = tempStore(test);
    store.transaction(() => {
      store.settings.set('outer', '1');
      assert.throws(() =>
        store.transaction(() => {
          store.settings.set('inner', '1');
          throw new Error('no');
        }),
      );
    });
    assert.equal(store.settings.get('outer'), '1');
    assert.equal(store.settings.get('inner'), null);
  });

  it('refuse work that is not synchronous', (test) => {
    const { store } = tempStore(test);
    assert.throws(() => store.transaction(() => Promise.resolve(1)), TypeError);
    store.settings.set('a', '1');
    assert.equal(store.settings.get('a'), '1');
  });

  it('are flushed to the disk, but for those that may be lost in a power cut, and what follows is again', (test) => {
    const db = createDatabase(join(tempFolder(test), 'a.db'));
    test.after(() => db.close());
    db.exec('PRAGMA synchronous = FULL; CREATE TABLE a (x INTEGER) STRICT');
    const full = 2;
    const normal = 1;
    const level = (): number | undefined =>
      db.get(z.object({ synchronous: z.int() }), 'PRAGMA synchronous')?.synchronous;
    const add = (): number => db.run('INSERT INTO a VALUES (1)');
    assert.equal(
      db.unflushed(() => (add(), level())),
      normal,
    );
    assert.equal(
      db.transaction(() => db.unflushed(() => (add(), level()))),
      full,
    );
    assert.throws(() =>
      db.unflushed(() => {
        throw new Error('no');
      }),
    );
    let after = 0;
    db.unflushed(() => db.afterCommit(() => (after = level() ?? 0)));
    assert.deepEqual([after, level()], [full, full]);
  });

  it('give back what the work returns', (test) => {
    const { store } = tempStore(test);
    assert.equal(
      store.transaction(() => 7),
      7,
    );
  });
});
