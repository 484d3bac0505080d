import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CliError } from '../cli-error.ts';
import { parseDuration, parseRate, parseWhole } from './duration.ts';

const isUsage = (option: string) => (error: unknown) =>
  error instanceof CliError && error.exitCode === 2 && error.message.startsWith(option);

describe('figures in options', () => {
  test('durations have units; a bare number counts seconds', () => {
    assert.equal(parseDuration('20s', '--duration'), 20_000);
    assert.equal(parseDuration('1m30s', '--duration'), 90_000);
    assert.equal(parseDuration('500ms', '--duration'), 500);
    assert.equal(parseDuration('10', '--duration'), 10_000);
    for (const wrong of ['', 'soon', '-1s', '10 s'])
      assert.throws(() => parseDuration(wrong, '--since'), isUsage('--since'));
  });

  test('rates are per second or per minute', () => {
    assert.equal(parseRate('200', '--rate'), 200);
    assert.equal(parseRate('200/s', '--rate'), 200);
    assert.equal(parseRate('120/m', '--rate'), 2);
    for (const wrong of ['', 'fast', '-1', '1e3'])
      assert.throws(() => parseRate(wrong, '--rate'), isUsage('--rate'));
  });

  test('whole numbers keep their bounds', () => {
    assert.equal(parseWhole('3', '--tail', { min: 0, max: 10 }), 3);
    for (const wrong of ['11', '-1', '1.5', 'x', '']) {
      assert.throws(() => parseWhole(wrong, '--tail', { min: 0, max: 10 }), isUsage('--tail'));
    }
  });
});
