import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createCaller } from '../../../test/factories/cli/call-crane.ts';
import { deployedApp, portOf, testApi } from '../../../test/factories/test-api.ts';

test('export writes a folder or an archive, and import makes a new app of either', async (context) => {
  const root = mkdtempSync(join(tmpdir(), 'crane-bundle-'));
  context.after(() => rmSync(root, { recursive: true }));
  const { api, store, ada } = await testApi(context);
  deployedApp(store, ada);
  await api.listen({ port: 0, host: '127.0.0.1' });
  const call = createCaller(root, `http://127.0.0.1:${portOf(api)}`);
  const crane = async (...argv: string[]) => call(argv, { CRANE_TOKEN: 'crane_ada' });
  const folder = join(root, 'shop');

  const exported = await crane('export', 'shop-1', '-o', folder);
  assert.equal(exported.code, 0, exported.err);
  assert.match(exported.err, /docker compose up/);
  const compose = readFileSync(join(folder, 'compose.yaml'), 'utf8');
  assert.match(compose, /^name: shop$/m);
  const again = await crane('export', 'shop-1', '-o', folder);
  assert.equal(again.code, 2);
  assert.match(again.err, /there already.*\n.*--force/);
  assert.equal((await crane('export', 'shop-1', '-o', folder, '--force', '--json')).code, 0);

  const archive = join(root, 'deep', 'shop.zip');
  assert.equal((await crane('export', 'shop-1', '-o', archive)).code, 0);
  assert.ok(existsSync(archive));

  const fromFolder = await crane('import', folder, '--no-wait');
  assert.deepEqual([fromFolder.code, fromFolder.out], [0, 'shop-2\n'], fromFolder.err);
  const fromArchive = await crane('import', archive, '--name', 'other', '--no-wait');
  assert.deepEqual([fromArchive.code, fromArchive.out], [0, 'other-3\n'], fromArchive.err);

  writeFileSync(join(root, 'odd.zip'), 'no archive');
  for (const [path, message] of [
    [join(root, 'none'), /There is nothing at/],
    [root, /holds no compose\.yaml/],
    [join(root, 'odd.zip'), /not a ZIP archive/],
  ] as const) {
    const { code, err } = await crane('import', path);
    assert.equal(code, 2);
    assert.match(err, message);
  }
});

test('config --app prints the file that Crane generated', async (context) => {
  const root = mkdtempSync(join(tmpdir(), 'crane-bundle-'));
  context.after(() => rmSync(root, { recursive: true }));
  const { api, store, ada } = await testApi(context);
  deployedApp(store, ada);
  await api.listen({ port: 0, host: '127.0.0.1' });
  const call = createCaller(root, `http://127.0.0.1:${portOf(api)}`);
  const crane = async (...argv: string[]) =>
    call(['config', '--app', 'shop-1', ...argv], { CRANE_TOKEN: 'crane_ada' });
  const text = await crane();
  assert.match(text.out, /^name: shop-1$/m, text.err);
  assert.match(text.out, /requestsPerSecond: 50/);
  assert.equal((await crane()).out, text.out);
  assert.equal(Object((await crane('--json')).json()).name, 'shop-1');
});
