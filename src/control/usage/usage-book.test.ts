import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { UsageReading, UsageSample } from '../../core/usage/usage.ts';
import { someInstance, someUsage } from '../../../test/factories/core-values.ts';
import { createUsageBook } from './usage-book.ts';

const startedAt = 100_000;
const web = someInstance({ id: 'c1', startedAt });

function sampleAt(secondsAfterStart: number, change: Partial<UsageSample> = {}): UsageSample {
  const { cpuCores: _, ...sample } = someUsage({ at: startedAt + secondsAfterStart * 1000, ...change });
  return sample;
}

function at(tick: number): { tick: number; everyMs: number } {
  return { tick, everyMs: 1_000 };
}

function only(readings: readonly UsageReading[]): UsageReading {
  assert.equal(readings.length, 1);
  return readings[0] ?? assert.fail();
}

describe('the book of what instances use', () => {
  it('says that a running instance is not measured yet, or why not', () => {
    const book = createUsageBook(0);
    book.see([web, someInstance({ id: 'c2', state: 'exited' })]);
    assert.deepEqual(only(book.read(0).instances), {
      instance: 'web-1-1',
      service: 'web',
      release: 1,
      slot: 1,
      restarts: 0,
      kind: 'missing',
      reason: 'not measured yet',
    });
    book.complain('c1', 'the engine is away');
    const reading = only(book.read(0).instances);
    assert.equal(reading.kind === 'missing' ? reading.reason : '', 'the engine is away');
  });

  it('shows the newest sample with the cores in use', () => {
    const book = createUsageBook(0);
    book.see([web]);
    book.record('c1', sampleAt(1, { cpuSeconds: 0.5 }), at(0));
    book.record('c1', sampleAt(2, { cpuSeconds: 1, memoryBytes: 7 }), at(1_000));
    const reading = only(book.read(1_000).instances);
    assert.ok(reading.kind === 'value');
    assert.deepEqual([reading.usage.cpuCores, reading.usage.memoryBytes], [0.5, 7]);
  });

  it('shows nothing that is too old', () => {
    const book = createUsageBook(0);
    book.see([web]);
    book.record('c1', sampleAt(1), at(0));
    assert.equal(only(book.read(7_000).instances).kind, 'value');
    const late = only(book.read(9_000).instances);
    assert.equal(late.kind === 'missing' ? late.reason : '', 'no sample for 9 s');
    book.complain('c1', 'the stream broke');
    const broken = only(book.read(9_000).instances);
    assert.equal(broken.kind === 'missing' ? broken.reason : '', 'no sample for 9 s: the stream broke');
  });

  it('shows for longer what is measured less often', () => {
    const book = createUsageBook(0);
    book.see([web]);
    book.record('c1', sampleAt(1), { tick: 0, everyMs: 5_000 });
    assert.equal(only(book.read(15_000).instances).kind, 'value');
    assert.equal(only(book.read(15_001).instances).kind, 'missing');
  });

  it('forgets an instance that stopped or is gone; a late sample of it changes nothing', () => {
    const book = createUsageBook(0);
    book.see([web]);
    book.record('c1', sampleAt(1), at(0));
    book.see([{ ...web, state: 'exited' }]);
    assert.deepEqual(book.read(0).instances, []);
    book.record('c1', sampleAt(2), at(0));
    assert.deepEqual(book.read(0).instances, []);
    book.see([]);
    book.record('c1', sampleAt(3), at(0));
    assert.deepEqual(book.read(0).instances, []);
  });

  it('counts a start after an end as a restart, and shows nothing of the earlier run', () => {
    const book = createUsageBook(0);
    book.see([web]);
    book.record('c1', sampleAt(1), at(0));
    book.see([{ ...web, state: 'exited' }]);
    book.see([{ ...web, startedAt: startedAt + 5_000 }]);
    const reading = only(book.read(0).instances);
    assert.deepEqual([reading.kind, reading.restarts], ['missing', 1]);
    assert.equal(book.read(0).services[0]?.restarts, 1);
  });

  it('keeps the count of an instance that is replaced', () => {
    const book = createUsageBook(0);
    book.see([web]);
    book.see([]);
    book.see([{ ...web, id: 'c2', startedAt: startedAt + 1 }]);
    book.countReplacement('web', 'web-1-1');
    assert.equal(only(book.read(0).instances).restarts, 1);
  });

  it('keeps the sum of a service when instances go', () => {
    const book = createUsageBook(0);
    const second = someInstance({ id: 'c2', slot: 2, startedAt });
    book.see([web, second]);
    book.record('c1', sampleAt(1, { cpuSeconds: 1 }), at(0));
    book.record('c2', sampleAt(1, { cpuSeconds: 1 }), at(0));
    book.record('c2', sampleAt(2, { cpuSeconds: 3 }), at(0));
    book.see([web]);
    book.record('c1', sampleAt(2, { cpuSeconds: 1.5 }), at(0));
    assert.equal(book.read(0).services[0]?.cpuSeconds, 4.5);
  });

  it('does not count what an adopted instance used before', () => {
    const book = createUsageBook(startedAt + 60_000);
    book.see([web]);
    book.record('c1', sampleAt(61, { cpuSeconds: 40 }), at(0));
    book.record('c1', sampleAt(62, { cpuSeconds: 41 }), at(0));
    assert.equal(book.read(0).services[0]?.cpuSeconds, 1);
  });
});
