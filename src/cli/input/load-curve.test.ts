import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { parseCurve, readCurveFile } from './load-curve.ts';

const folder = mkdtempSync(join(tmpdir(), 'crane-curve-'));
after(() => rmSync(folder, { recursive: true }));

describe('a load on the command line', () => {
  test('is steady, a ramp, a wave, or several one after the other', () => {
    assert.deepEqual(parseCurve('200/1m,0..500/5m, 50~200@1m/10m', '--rps'), [
      { durationMs: 60_000, from: 200, to: 200 },
      { durationMs: 300_000, from: 0, to: 500 },
      { durationMs: 600_000, from: 50, to: 200, periodMs: 60_000 },
    ]);
  });

  test('is refused with an example', () => {
    for (const text of [
      '',
      '200',
      '/1m',
      '1..2',
      '1..2/0s',
      '1~2/1m',
      '1..2@1m/1m',
      '-1/1m',
      '1/1y',
      '1/1m,',
    ])
      assert.throws(() => parseCurve(text, '--rps'), /--rps/, text);
  });

  test('comes from a file of seconds and values', () => {
    const path = join(folder, 'load.csv');
    writeFileSync(path, 'seconds,rps\n# morning\n0,10\n5,\n10;250\n');
    assert.deepEqual(readCurveFile(path), [
      { atMs: 0, value: 10 },
      { atMs: 5_000, value: null },
      { atMs: 10_000, value: 250 },
    ]);
    writeFileSync(path, '0,1\nx,2\n');
    assert.throws(() => readCurveFile(path), /not seconds,value/);
    assert.throws(() => readCurveFile(join(folder, 'none.csv')), /cannot be read/);
  });
});
