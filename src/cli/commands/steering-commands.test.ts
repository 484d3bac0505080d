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

describe('mode', () => {
  test('is shown, and set for one service or all', async () => {
    assert.match((await crane(['mode', 'shop-1'])).out, /shop-1\/web +auto +the release/);
    const set = await crane(['mode', 'shop-1/web', 'paused', '--json']);
    assert.deepEqual(set.json(), [{ app: 'held-2', service: 'web', mode: 'paused', modeBy: 'ann' }]);
    assert.deepEqual(seen.at(-1)?.body, { mode: 'paused', services: ['web'] });
    await crane(['mode', 'shop-1', 'dry-run']);
    assert.deepEqual(seen.at(-1)?.body, { mode: 'dry-run' });
  });

  test('refuses other words, with exit code 2', async () => {
    for (const line of [['mode'], ['mode', 'shop-1', 'off'], ['mode', 'shop-1/', 'auto'], ['mode', 'a/b/c']])
      assert.equal((await crane(line)).code, 2, line.join(' '));
  });
});

describe('scale with an end', () => {
  test('sends the time, and --auto the names', async () => {
    await crane(['scale', 'shop-1', 'web=5', '--for', '30m', '--no-wait']);
    assert.deepEqual(seen.at(-1)?.body, { services: { web: 5 }, forMs: 1_800_000 });
    const { out, code } = await crane(['scale', 'shop-1', 'web', '--auto']);
    assert.equal(code, 0);
    assert.match(out, /shop-1 +running/);
    assert.deepEqual(seen.at(-1)?.body, { services: ['web'] });
  });

  test('refuses what does not fit together', async () => {
    for (const line of [[], ['web=1', '--auto'], ['--auto', '--for', '1m'], ['web=1', '--for', 'soon']])
      assert.equal((await crane(['scale', 'shop-1', ...line])).code, 2, line.join(' '));
  });
});

describe('what people set', () => {
  test('is told under the instances', async () => {
    const { out } = await crane(['ps', 'held-2']);
    assert.match(
      out,
      /held-2\/web is held at 5 by ann for another (30 m 00|29 m \d\d) s; end it with: crane/,
    );
    assert.match(out, /held-2\/web scales in mode paused, set by ann/);
    assert.match(out, /held-2\/web has 3-8 replicas until .* by schedule 2, "0 8 \* \* 1-5" Europe\/Vienna/);
  });
});

describe('schedule', () => {
  test('lists windows in the time of their zone', async () => {
    const { out } = await crane(['schedule', 'shop-1']);
    assert.match(out, /2 +web +0 8 \* \* 1-5 +Europe\/Vienna +10 h 00 m +3-8 +closed +2026-06-30 08:00 +ann/);
    assert.equal(Object((await crane(['schedule', 'shop-1', 'ls', '--json'])).json()).length, 1);
  });

  test('adds one, and removes one', async () => {
    const words = ['add', '0 8 * * 1-5', '--for', '10h', '--min', '3', '--max', '8'];
    await crane(['schedule', 'shop-1/web', ...words, '--timezone', 'Europe/Vienna']);
    assert.deepEqual(seen.at(-1)?.body, {
      cron: '0 8 * * 1-5',
      timeZone: 'Europe/Vienna',
      durationMs: 36_000_000,
      min: 3,
      max: 8,
      service: 'web',
    });
    assert.equal((await crane(['schedule', 'shop-1', 'rm', '2'])).code, 0);
    assert.equal(seen.at(-1)?.method, 'DELETE');
  });

  test('says what is missing, with exit code 2', async () => {
    for (const line of [['add'], ['add', '0 8 * * *', '--for', '1h'], ['rm'], ['rm', 'x'], ['drop']])
      assert.equal((await crane(['schedule', 'shop-1', ...line])).code, 2, line.join(' '));
  });
});

describe('replay', () => {
  test('shows both sides of one decision, with edits', async () => {
    const { out } = await crane(['replay', 'd-1', '--set', 'bounds.max=9', '--set', 'input.app=shop']);
    assert.deepEqual(seen.at(-1)?.body, { set: { 'bounds.max': 9, 'input.app': 'shop' } });
    assert.match(out, /^Different\. shop-1\/web, d-1\n/);
    assert.match(out, /recorded +4 +3 +abc +190 req\/s; capped by max 3\nreplayed +4 +4 +abc +190 req\/s\n/);
  });

  test('counts what would be different', async () => {
    const { out } = await crane(['replay', 'shop-1', '--limit', '500']);
    assert.deepEqual(seen.at(-1)?.body, { limit: 500, app: 'shop-1' });
    await crane(['replay', 'shop-1', '--current']);
    assert.equal(Object(seen.at(-1)?.body).policy, 'current');
    assert.match(out, /^1 of 500 decisions would be different\.\n[^]*replicas: 3 → 4/);
    assert.equal((await crane(['replay', 'shop-1', '--set', 'a=1'])).code, 2);
    assert.equal((await crane(['replay', 'd-1', '--set', 'a'])).code, 2);
  });
});

describe('simulate', () => {
  test('draws load and replicas, and lists the changes', async () => {
    const { out } = await crane(['simulate', 'shop-1/web', '--rps', '0..500/5m', '--replicas', '1']);
    assert.deepEqual(seen.at(-1)?.body, {
      load: {
        kind: 'phases',
        signal: 'requestsPerSecond',
        phases: [{ durationMs: 300_000, from: 0, to: 500 }],
      },
      readyMs: 1_000,
      service: 'web',
      replicas: 1,
    });
    assert.match(out, /load +▁█ +up to 1,900\nreplicas +▃█ +1 to 3/);
    assert.match(out, /\+1\.0s +1,900 +1 → 3 +38 +busy; capped by max 3/);
    await crane(['simulate', 'shop-1', '--recorded', '--json']);
    assert.deepEqual(Object(seen.at(-1)?.body).load, { kind: 'recorded', lastMs: 3_600_000 });
  });

  test('needs exactly one load', async () => {
    for (const line of [
      [],
      ['--rps', '1/1m', '--recorded'],
      ['--rps', 'x'],
      ['--rps', '1/1m', '--signal', 'x'],
    ])
      assert.equal((await crane(['simulate', 'shop-1', ...line])).code, 2, line.join(' '));
  });
});
