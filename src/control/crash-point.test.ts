import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { CraneError } from '../core/error/crane-error.ts';
import { crashPoints, createCrashPoint } from './crash-point.ts';

describe('crash points', () => {
  it('die at the n-th passage of their name', () => {
    let deaths = 0;
    const pass = createCrashPoint('instance.created#2', () => {
      deaths += 1;
    });
    for (const name of ['instance.created', 'instance.started', 'instance.created'] as const) pass(name);
    assert.equal(deaths, 1);
    pass('instance.created');
    assert.equal(deaths, 1);
  });

  it('die at the point that a file names at the time', () => {
    let [deaths, text] = [0, ''];
    const pass = createCrashPoint(
      '@there',
      () => (deaths += 1),
      (file) => (file === 'there' ? text : ''),
    );
    pass('instance.created');
    text = 'instance.created\n';
    pass('instance.started');
    assert.equal(deaths, 0);
    pass('instance.created');
    assert.equal(deaths, 1);
  });

  it('die at the first passage without a number, and never without a name', () => {
    let deaths = 0;
    const die = (): void => {
      deaths += 1;
    };
    createCrashPoint('', die)('instance.created');
    assert.equal(deaths, 0);
    createCrashPoint('heal.decided', die)('heal.decided');
    assert.equal(deaths, 1);
  });

  it('refuse a name that the code does not have', () => {
    for (const wrong of ['nowhere', 'instance.created#0', 'instance.created#x'])
      assert.throws(() => createCrashPoint(wrong, () => undefined), CraneError);
  });

  it('are each passed at exactly one place of the code', () => {
    const code = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
      .join('\n');
    const passed = [...code.matchAll(/crashPoint\('([^']+)'\)/g)].map((match) => match[1]);
    const byName = (a = '', b = ''): number => (a < b ? -1 : 1);
    assert.deepEqual(passed.toSorted(byName), [...crashPoints].toSorted(byName));
  });
});
