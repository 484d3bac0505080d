import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCaller } from '../../../test/factories/cli/call-crane.ts';
import { deployedApp, portOf, testApi } from '../../../test/factories/test-api.ts';
import { tempFolder } from '../../../test/factories/temp-store.ts';

test('silences and maintenance are begun, shown and ended', async (context) => {
  const { api, store, bob } = await testApi(context);
  deployedApp(store, bob);
  await api.listen({ port: 0, host: '127.0.0.1' });
  const call = createCaller(tempFolder(context), `http://127.0.0.1:${portOf(api)}`);
  const crane = async (...argv: string[]) => call(argv, { CRANE_TOKEN: 'crane_bob' });
  const made = await crane('silence', 'shop-1/web', 'add', '--for', '1h', '--alert', 'slow*', '--json');
  assert.equal(made.code, 0, made.err);
  assert.deepEqual([Object(made.json()).service, Object(made.json()).alert], ['web', 'slow*']);
  assert.equal((await crane('maintenance', 'shop-1', '--for', '2h', '--reason', 'disks')).code, 0);
  const listed = await crane('silence', 'shop-1');
  assert.match(listed.out, /maintenance +all +all .* bob +disks/);
  assert.equal((await crane('silence', 'shop-1', 'rm', '1')).code, 0);
  assert.equal((await crane('maintenance', 'shop-1', '--end')).code, 0);
  assert.equal((await crane('silence', 'shop-1', 'rm', '1')).code, 1);
  assert.equal((await crane('silence', 'shop-1', 'add')).code, 2);
  assert.equal((await crane('maintenance', 'shop-1')).code, 2);
  assert.equal((await crane('silence', 'shop-1/nope', 'add', '--for', '1h')).code, 1);
});
