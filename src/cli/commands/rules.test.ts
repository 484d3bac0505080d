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

describe('rules', () => {
  test('are listed with their version', async () => {
    const { out } = await crane(['rules', 'shop-1']);
    assert.match(out, /slow +web +p95 > 300 +30\.0 s +warning\n\nVersion 2: added slow by ann/);
  });

  test('are added by preset or PromQL, for the only service', async () => {
    await crane(['rules', 'shop-1', 'add', 'slow', '--preset', 'p95', '--above', '300', '--for', '30s']);
    const common = { name: 'slow', service: 'web', severity: 'warning' };
    assert.deepEqual(seen.at(-1)?.body, {
      ...common,
      forMs: 30_000,
      kind: 'preset',
      preset: 'p95',
      above: 300,
    });
    await crane(['rules', 'shop-1/web', 'add', 'slow', '--promql', 'q > 1']);
    assert.deepEqual(seen.at(-1)?.body, { ...common, forMs: 0, kind: 'promql', expr: 'q > 1' });
  });

  test('are previewed, removed and brought back', async () => {
    const { out } = await crane(['rules', 'shop-1', 'preview', 'x', '--preset', 'down']);
    assert.match(out, /would have fired 1 times, 1 m 00 s in all: .*\nNothing was stored/);
    assert.equal((await crane(['rules', 'shop-1', 'rm', 'slow'])).code, 0);
    await crane(['rules', 'shop-1', 'rollback', '1']);
    assert.deepEqual(seen.at(-1)?.body, { version: 1 });
    assert.match(
      (await crane(['rules', 'shop-1', 'history'])).out,
      / 2 +1970-01-01 00:00:00 +ann +added slow +slow/,
    );
  });

  test('are refused when something is missing, with exit code 2', async () => {
    for (const line of [
      ['add'],
      ['add', 'x'],
      ['add', 'x', '--preset', 'p95'],
      ['add', 'x', '--preset', 'cpu', '--above', 'much'],
      ['add', 'x', '--preset', 'cpu', '--promql', 'up'],
      ['rm'],
      ['rollback', 'x'],
      ['drop'],
    ])
      assert.equal((await crane(['rules', 'shop-1', ...line])).code, 2, line.join(' '));
  });
});
