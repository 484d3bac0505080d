import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatAge, formatBytes, formatCount, formatDuration, formatOffset, sparkline } from './units.ts';

describe('figures for people', () => {
  const durations: [number, string][] = [
    [0, '0 ms'],
    [849.6, '850 ms'],
    [3140, '3.1 s'],
    [59_949, '59.9 s'],
    [59_951, '1 m 00 s'],
    [125_000, '2 m 05 s'],
    [3_780_000, '1 h 03 m'],
    [-1, '–'],
  ];
  for (const [ms, want] of durations)
    test(`${ms} ms is ${want}`, () => assert.equal(formatDuration(ms), want));

  const ages: [number, string][] = [
    [0, '0s'],
    [119_000, '119s'],
    [600_000, '10m'],
    [7_200_000, '2h'],
    [400_000_000, '4d'],
    [-5000, '0s'],
  ];
  for (const [ms, want] of ages)
    test(`an age of ${ms} ms is ${want}`, () => assert.equal(formatAge(ms), want));

  const sizes: [number, string][] = [
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 kB'],
    [999_600, '1.0 MB'],
    [123_400_000, '123 MB'],
  ];
  for (const [bytes, want] of sizes)
    test(`${bytes} bytes are ${want}`, () => assert.equal(formatBytes(bytes), want));

  test('thousands are apart', () => assert.equal(formatCount(12_345), '12,345'));

  test('offsets are aligned', () => {
    assert.deepEqual([0, 3140, 65_200, 601_000].map(formatOffset), [
      '   +0.0s',
      '   +3.1s',
      ' +1:05.2',
      '+10:01.0',
    ]);
  });

  test('a sparkline has one bar per value, the highest full', () => {
    assert.equal(sparkline([0, 50, 100]), '▁▅█');
    assert.equal(sparkline([0, 0]), '▁▁');
    assert.equal(sparkline([]), '');
  });
});
