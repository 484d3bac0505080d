import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createCaller } from '../../../test/factories/cli/call-crane.ts';
import { startFakeControlPlane } from '../../../test/factories/cli/fake-control-plane.ts';

const folder = mkdtempSync(join(tmpdir(), 'crane-cli-'));
const controlPlane = await startFakeControlPlane();
const { seen, url } = controlPlane;
const crane = createCaller(folder, url);
after(() => {
  controlPlane.close();
  rmSync(folder, { recursive: true });
});

describe('the second factor', () => {
  test('is shown, and reset for somebody else', async () => {
    const { out } = await crane(['second-factor']);
    assert.match(out, /^second factor +on\nsince +2026-[^\n]+\nrecovery codes left +9\n$/);
    assert.equal(Object((await crane(['second-factor', '--json'])).json()).isOn, true);
    assert.match((await crane(['second-factor', 'reset', 'bob'])).out, /^bob logs in by password alone/);
    assert.deepEqual([seen.at(-1)?.method, seen.at(-1)?.path], ['DELETE', '/api/v1/users/bob/second-factor']);
    assert.equal((await crane(['second-factor', 'reset'])).code, 2);
  });

  test('is confirmed by a code, which gives recovery codes', async () => {
    const { out, err } = await crane(['second-factor', 'confirm', '--code', '123456']);
    assert.equal(out, 'AAAA-BBBB-CCCC-DDDD\n');
    assert.match(err, /shown this once/);
    assert.deepEqual(seen.at(-1)?.body, { code: '123456' });
  });
});

describe('giving an app away', () => {
  test('names the app and its new owner', async () => {
    assert.equal((await crane(['transfer', 'shop-1', 'bob'])).out, "shop-1 is bob's now.\n");
    assert.deepEqual(seen.at(-1)?.body, { to: 'bob' });
    assert.deepEqual((await crane(['transfer', 'shop-1', 'bob', '--json'])).json(), {
      app: 'shop-1',
      owner: 'bob',
    });
    assert.equal((await crane(['transfer', 'shop-1'])).code, 2);
  });
});
