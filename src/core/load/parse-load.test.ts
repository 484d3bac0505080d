import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { CraneError } from '../error/crane-error.ts';
import { parseDuration, parsePhases, parseRate } from './parse-load.ts';

describe('rates and durations', () => {
  const rates: [string, number | null][] = [
    ['200', 200],
    ['200/s', 200],
    ['200 / s', 200],
    ['0.5/s', 0.5],
    ['200rps', 200],
    ['12000/m', 200],
    ['', null],
    ['fast', null],
    ['-5', null],
    ['200/h', null],
    ['1e9', null],
  ];
  for (const [text, want] of rates) {
    test(`rate ${JSON.stringify(text)} is ${want}`, () => assert.equal(parseRate(text), want));
  }

  const durations: [string, number | null][] = [
    ['20s', 20_000],
    ['20', 20_000],
    ['500ms', 500],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    ['1.5s', 1500],
    ['', null],
    ['20 s', null],
    ['s', null],
    ['-1s', null],
    ['20d', null],
  ];
  for (const [text, want] of durations) {
    test(`duration ${JSON.stringify(text)} is ${want}`, () => assert.equal(parseDuration(text), want));
  }

  test('any text gives a finite number or null', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const parsed of [parseRate(text), parseDuration(text)]) {
          assert.ok(parsed === null || (Number.isFinite(parsed) && parsed >= 0));
        }
      }),
    );
  });
});

describe('phases in the words of Artillery', () => {
  const ramp = { duration: 10, arrivalRate: 5, rampTo: 50, name: 'warm up' };
  const parsed = { durationMs: 10_000, fromRate: 5, toRate: 50 };

  test('a list, an object with phases and a whole script read the same', () => {
    assert.deepEqual(parsePhases([ramp]), [parsed]);
    assert.deepEqual(parsePhases({ phases: [ramp] }), [parsed]);
    const script = { config: { target: 'http://x', phases: [ramp] }, scenarios: [{ flow: [] }] };
    assert.deepEqual(parsePhases(script), [parsed]);
  });

  test('texts with units, pauses and arrival counts are understood', () => {
    assert.deepEqual(
      parsePhases([
        { duration: '1m', arrivalRate: '200/s' },
        { pause: 5 },
        { duration: 10, arrivalCount: 30 },
      ]),
      [
        { durationMs: 60_000, fromRate: 200, toRate: 200 },
        { durationMs: 5000, fromRate: 0, toRate: 0 },
        { durationMs: 10_000, fromRate: 3, toRate: 3 },
      ],
    );
  });

  const mistakes: [string, unknown, string][] = [
    ['an unknown key', [{ duration: 1, arrivalRate: 1, maxVusers: 3 }], '/0'],
    ['no rate', { phases: [{ duration: 1 }] }, '/phases/0'],
    [
      'a rate that is none',
      { config: { phases: [{ duration: 1, arrivalRate: 'fast' }] } },
      '/config/phases/0/arrivalRate',
    ],
    ['an empty list', [], ''],
    ['a text', 'phases', ''],
  ];
  for (const [name, input, pointer] of mistakes) {
    test(`${name} is refused with its place`, () => {
      assert.throws(
        () => parsePhases(input),
        (error) =>
          error instanceof CraneError &&
          error.code === 'input.invalid' &&
          error.facts.errors?.[0]?.pointer === pointer,
      );
    });
  }
});
