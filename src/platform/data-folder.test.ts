import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { tempFolder } from '../../test/factories/temp-store.ts';
import { CraneError } from '../core/error/crane-error.ts';
import { foreignEntries, removeCacheFolder, removeDataFolder } from './data-folder.ts';
import { findInstallation, openInstallation } from './installation.ts';

describe('the data folder', () => {
  it('is private, and the same installation when opened again', (test) => {
    const folder = join(tempFolder(test), 'data');
    const first = openInstallation(folder);
    assert.match(first.id, /^[0-9a-f]{16}$/);
    assert.ok(first.credential.length >= 32);
    assert.equal(first.isNew, true);
    assert.deepEqual(openInstallation(folder), { ...first, isNew: false });
    assert.equal(findInstallation(folder), first.id);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    for (const name of ['installation', 'credential'])
      assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600);
  });

  it('is never a folder in use for something else', (test) => {
    const folder = tempFolder(test);
    writeFileSync(join(folder, 'thesis.tex'), '');
    const mode = statSync(folder).mode;
    assert.throws(
      () => openInstallation(folder),
      (error) =>
        error instanceof CraneError && error.code === 'input.invalid' && /thesis\.tex/.test(error.message),
    );
    assert.deepEqual(readdirSync(folder), ['thesis.tex']);
    assert.equal(statSync(folder).mode, mode);
  });

  it('may hold the log of the engine and the login before it is an installation', (test) => {
    const folder = tempFolder(test);
    mkdirSync(join(folder, 'logs'));
    writeFileSync(join(folder, 'credentials.json'), '{}');
    assert.equal(openInstallation(folder).isNew, true);
  });

  it('goes with all of Crane in it', (test) => {
    const folder = join(tempFolder(test), 'data');
    openInstallation(folder);
    for (const name of ['crane.db', 'crane.db-wal', 'lease.db.pid', 'credentials.json.7.tmp', 'crane.log'])
      writeFileSync(join(folder, name), '');
    mkdirSync(join(folder, 'parts/opa'), { recursive: true });
    assert.deepEqual(removeDataFolder(folder), []);
    assert.equal(existsSync(folder), false);
    assert.deepEqual(removeDataFolder(folder), [], 'again is harmless');
  });

  it('keeps what is not of Crane, and says so', (test) => {
    const folder = join(tempFolder(test), 'data');
    openInstallation(folder);
    for (const name of ['notes.txt', 'crane.database', 'workshop']) writeFileSync(join(folder, name), '');
    assert.deepEqual(foreignEntries(folder).sort(), ['crane.database', 'notes.txt', 'workshop']);
    assert.deepEqual(removeDataFolder(folder).sort(), ['crane.database', 'notes.txt', 'workshop']);
    assert.deepEqual(readdirSync(folder).sort(), ['crane.database', 'notes.txt', 'workshop']);
  });

  it('has a cache of which only the builds of images go', (test) => {
    const cache = tempFolder(test);
    mkdirSync(join(cache, 'images/traefik'), { recursive: true });
    writeFileSync(join(cache, 'other'), '');
    assert.deepEqual(removeCacheFolder(cache), ['other']);
    assert.deepEqual(removeCacheFolder(join(cache, 'none')), []);
  });
});
