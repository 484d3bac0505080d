import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createSecretFiles } from './secret-files.ts';

/** A folder in memory, or null where there is none (not on Linux). */
async function memoryFolder(context: TestContext): Promise<string | null> {
  const folder = await mkdtemp('/dev/shm/crane-test-').catch(() => null);
  if (folder !== null) context.after(() => rm(folder, { recursive: true, force: true }));
  else context.skip('this machine has no /dev/shm');
  return folder;
}

const file = { path: '/run/secrets/key', mode: 0o440, text: 'one' };

describe('secrets as files in memory', () => {
  it('are laid with their mode, for nobody else of the machine to see, and are the same when laid again', async (context) => {
    const folder = await memoryFolder(context);
    if (folder === null) return;
    const files = createSecretFiles({ folders: [folder], installation: 'x' });
    const [laid] = (await files.lay({ app: 'shop-1', release: 1, service: 'web', files: [file] })) ?? [];
    const source = laid?.source ?? assert.fail('nothing was laid');
    assert.equal(laid?.path, file.path);
    assert.equal(await readFile(source, 'utf8'), 'one');
    assert.equal((await stat(source)).mode & 0o777, 0o440);
    assert.equal((await stat(join(folder, 'crane-x'))).mode & 0o777, 0o700);
    const before = await stat(source);
    await files.lay({ app: 'shop-1', release: 1, service: 'web', files: [file] });
    assert.equal((await stat(source)).ino, before.ino);
    assert.equal(files.owns('shop-1', source), true);
    assert.equal(files.owns('shop-2', source), false);
    assert.equal(files.owns('shop-1', `${source}/../../../../other-2/1/of-web/1`), false);
  });

  it('go when their release is forgotten, and all of them with their app', async (context) => {
    const folder = await memoryFolder(context);
    if (folder === null) return;
    const files = createSecretFiles({ folders: [folder], installation: 'x' });
    for (const release of [1, 2]) await files.lay({ app: 'shop-1', release, service: 'web', files: [file] });
    await files.sweep('shop-1', [2]);
    await assert.rejects(stat(join(folder, 'crane-x/shop-1/1')), { code: 'ENOENT' });
    await stat(join(folder, 'crane-x/shop-1/2/of-web/1'));
    await files.sweep('shop-1', []);
    await assert.rejects(stat(join(folder, 'crane-x/shop-1')), { code: 'ENOENT' });
    await files.sweep('shop-1', []);
  });

  it('are never laid on a disk', async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'secret-files-'));
    context.after(() => rm(folder, { recursive: true, force: true }));
    const files = createSecretFiles({ folders: [join(folder, 'absent')], installation: 'x' });
    assert.equal(await files.lay({ app: 'shop-1', release: 1, service: 'web', files: [file] }), null);
  });
});
