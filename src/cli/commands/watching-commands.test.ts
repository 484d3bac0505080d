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
const asked = (): URL => new URL(seen.at(-1)?.path ?? '', url);

describe('top', () => {
  test('is one table of all instances, whatever columns each of them has', async () => {
    const { out } = await crane(['top', 'shop-1/web']);
    assert.match(out, /^INSTANCE +PID +CMD +TIME\nweb-1-1 +7 +serve +–\nweb-1-2 +9 +serve +0:01\n$/);
    assert.equal(asked().searchParams.get('service'), 'web');
    assert.equal(Object((await crane(['top', 'shop-1', '--json'])).json()).length, 2);
    assert.equal(asked().search, '');
    assert.equal((await crane(['top', 'a/b/c'])).code, 2);
  });
});

describe('port', () => {
  test('is a table, or the addresses of one port', async () => {
    const { out } = await crane(['port', 'shop-1']);
    assert.match(
      out,
      /^INSTANCE +PORT +ADDRESS\nweb-1-1 +80\/tcp +127\.0\.0\.1:8000\nweb-1-1 +80\/tcp +\[::1\]:8000\n$/,
    );
    assert.equal((await crane(['port', 'shop-1', 'web', '80'])).out, '127.0.0.1:8000\n[::1]:8000\n');
    assert.equal(asked().search, '?service=web&port=80&protocol=tcp');
  });

  test('takes app, service and port in every usual way', async () => {
    for (const [line, search] of [
      ['shop-1/web', '?service=web'],
      ['shop-1 web', '?service=web'],
      ['shop-1/web 53/UDP', '?service=web&port=53&protocol=udp'],
      ['shop-1 53/udp', '?port=53&protocol=udp'],
      ['shop-1/web web 80', '?service=web&port=80&protocol=tcp'],
    ]) {
      await crane(['port', ...(line ?? '').split(' ')]);
      assert.equal(asked().search, search, line);
    }
    for (const bad of ['shop-1 web 0', 'shop-1 web 80/x', 'shop-1 web http', 'shop-1/web db 80', 'shop-1/'])
      assert.equal((await crane(['port', ...bad.split(' ')])).code, 2, bad);
  });

  test('says where nothing is published', async () => {
    assert.match((await crane(['port', 'held-2'])).err, /Nothing is published/);
    assert.deepEqual((await crane(['port', 'held-2', '--json'])).json(), []);
    const { code, out, problem } = await crane(['port', 'held-2', 'web', '80', '--json']);
    assert.deepEqual([code, out, Object(problem()).code], [1, '', 'port.not_published']);
  });
});

describe('events', () => {
  test('--since and --no-follow ask for a part of the feed that ends', async () => {
    const before = Date.now();
    const { code, out } = await crane(['events', '--since', '1h', '--no-follow']);
    assert.equal(code, 0);
    assert.match(out, /shop-1 has 3 of web/);
    const { searchParams } = asked();
    assert.equal(searchParams.get('follow'), 'false');
    const since = Number(searchParams.get('sinceMs'));
    assert.ok(since >= before - 3_600_000 && since <= Date.now() - 3_600_000, String(since));
    assert.equal(seen.at(-1)?.lastEventId, undefined);
  });

  test('--no-follow alone begins with the oldest, and --app leaves out the others, not the app under its name of before', async () => {
    const { out } = await crane(['events', '--no-follow', '--app', 'shop-1', '--json']);
    assert.equal(seen.at(-1)?.lastEventId, '0');
    assert.deepEqual(
      out
        .trimEnd()
        .split('\n')
        .map((line) => Object(JSON.parse(line)).seq),
      [3, 4],
    );
    assert.equal((await crane(['events', '--since', 'yesterday', '--no-follow'])).code, 2);
  });
});

describe('logs', () => {
  test('--until ends the window, and is no part of a log that is followed', async () => {
    await crane(['logs', 'shop-1', '--since', '2025-01-01T00:00:00Z', '--until', '2025-01-02T00:00:00Z']);
    assert.equal(
      Number(asked().searchParams.get('untilMs')) - Number(asked().searchParams.get('sinceMs')),
      86_400_000,
    );
    const { code, err } = await crane(['logs', 'shop-1', '-f', '--until', '1h']);
    assert.equal(code, 2);
    assert.match(err, /--until and --follow/);
  });
});
