import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { CraneError } from '../../core/error/crane-error.ts';
import { parseHealingDecision, parseScalingDecision } from './parse-decision.ts';

const provenance = { version: '1.22.2', bundles: { '/policies': { revision: 'r1' } } };
const answer = (result: unknown): string => JSON.stringify({ result, provenance });
const scaling = { target: 3, reason: 'busy', perSignal: { requestsPerSecond: 3 } };
const healing = { action: 'back-off', delayMs: 2_000, reason: 'again' };
const isBadOutput = (thrown: unknown): boolean =>
  thrown instanceof CraneError && thrown.code === 'policy.bad_output';

describe('answers of the policy engine', () => {
  it('are read with the revision that decided', () => {
    assert.deepEqual(parseScalingDecision(answer(scaling), 'r1'), { ...scaling, policyRevision: 'r1' });
    assert.deepEqual(parseHealingDecision(answer(healing), null), { ...healing, policyRevision: 'r1' });
    assert.equal(
      parseScalingDecision(answer({ ...scaling, target: null, perSignal: {} }), 'r1').target,
      null,
    );
  });

  const nonsense: [string, string][] = [
    ['nothing', ''],
    ['HTML', '<html><body>502</body></html>'],
    ['undefined', JSON.stringify({ provenance })],
    ['true', answer(true)],
    ['a text', answer('true')],
    ['an empty object', answer({})],
    ['a negative target', answer({ ...scaling, target: -5 })],
    ['half a replica', answer({ ...scaling, target: 1.5 })],
    ['a target as text', answer({ ...scaling, target: '3' })],
    ['NaN', answer(scaling).replace('"target":3', '"target":NaN')],
    ['a million replicas', answer({ ...scaling, target: 1_000_000 })],
    ['no reason', answer({ ...scaling, reason: '' })],
    ['a reason without end', answer({ ...scaling, reason: 'x'.repeat(501) })],
    ['extra keys', answer({ ...scaling, action: 'delete' })],
    ['an unknown signal', answer({ ...scaling, perSignal: { moonPhase: 3 } })],
    ['no provenance', JSON.stringify({ result: scaling })],
    [
      'another revision',
      JSON.stringify({ result: scaling, provenance: { bundles: { b: { revision: 'r2' } } } }),
    ],
    [
      'two revisions',
      JSON.stringify({
        result: scaling,
        provenance: { bundles: { a: { revision: 'r1' }, b: { revision: 'r2' } } },
      }),
    ],
  ];
  for (const [what, body] of nonsense) {
    it(`S81 are refused when they are ${what}`, () => {
      assert.throws(() => parseScalingDecision(body, 'r1'), isBadOutput);
    });
  }

  it('about healing are refused when the action is unknown, or waiting takes no time', () => {
    for (const change of [
      { action: 'reboot' },
      { action: 'back-off', delayMs: 0 },
      { delayMs: -1 },
      { delayMs: 1e12 },
    ])
      assert.throws(() => parseHealingDecision(answer({ ...healing, ...change }), 'r1'), isBadOutput);
  });

  it('give a verdict or are refused, whatever they are', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string(), fc.anything().map(answer)), (body) => {
        try {
          const { target } = parseScalingDecision(body, 'r1');
          return target === null || (Number.isInteger(target) && target >= 0);
        } catch (error) {
          return isBadOutput(error);
        }
      }),
    );
  });
});
