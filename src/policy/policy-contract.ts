import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as fc from 'fast-check';
import { readAccessTable } from '../../test/factories/action-deps.ts';
import { adminLifelines, type AccessQuestion } from '../core/access/access.ts';
import type { HealingQuestion } from '../core/decision/decision.ts';
import { tokenVerbs } from '../core/people/token-scope.ts';
import type { PolicyEngine } from '../core/port/policy.ts';
import type { ScalingQuestion } from '../core/scaling/scaling.ts';
import { signalNames, type Signal } from '../core/signal/signal.ts';
import { decideAccess } from './memory/decide-access.ts';
import { decideHealing } from './memory/decide-healing.ts';
import { decideScaling } from './memory/decide-scaling.ts';

export function someScalingQuestion(change: Partial<ScalingQuestion> = {}): ScalingQuestion {
  return {
    trigger: 'loop',
    app: 'shop-1',
    service: 'web',
    replicas: { desired: 1, ready: 1 },
    bounds: { min: 1, max: 10, cooldownUpMs: 3_000, cooldownDownMs: 3_000, stabilizationMs: 60_000 },
    targets: { requestsPerSecond: 50 },
    signals: [{ kind: 'value', name: 'requestsPerSecond', value: 231, ageSeconds: 0.25, query: 'q' }],
    alert: null,
    sinceLastUpMs: null,
    sinceLastDownMs: null,
    now: 1_777_000_000_000,
    ...change,
  };
}

export function someHealingQuestion(change: Partial<HealingQuestion> = {}): HealingQuestion {
  return {
    app: 'shop-1',
    service: 'web',
    instance: 'web-3-1',
    failure: { kind: 'exited', exitCode: 137, text: 'exited with code 137' },
    recentRestarts: 0,
    replicas: { desired: 2, ready: 1 },
    now: 1_777_000_000_000,
    ...change,
  };
}

const text = fc.string({ maxLength: 30 });
const measured = fc.oneof(
  fc.double({ min: 0, max: 5_000, noNaN: true }),
  fc.integer({ min: 0, max: 500 }),
  fc.constant(0),
);
const anySignals = fc.subarray([...signalNames]).chain((names) =>
  fc.tuple(
    ...names.map((name) =>
      fc.oneof(
        fc.record({
          kind: fc.constant('value' as const),
          name: fc.constant(name),
          value: measured,
          ageSeconds: fc.double({ min: 0, max: 8, noNaN: true }),
          query: text,
        }),
        fc.record({
          kind: fc.constant('missing' as const),
          name: fc.constant(name),
          reason: text,
          query: text,
        }),
      ),
    ),
  ),
) satisfies fc.Arbitrary<Signal[]>;
const anyTargets = fc
  .subarray([...signalNames])
  .chain((names) =>
    fc
      .array(fc.integer({ min: 1, max: 300 }), { minLength: names.length, maxLength: names.length })
      .map((values) => Object.fromEntries(names.map((name, index) => [name, values[index] ?? 1]))),
  );
const anyReplicas = fc.record({ desired: fc.nat({ max: 20 }), ready: fc.nat({ max: 20 }) });

/** What every policy engine answers with the shipped policies. `runs` bounds the comparison with random questions. */
export function describePolicyContract(
  name: string,
  create: () => Promise<PolicyEngine>,
  { runs = 200 }: { runs?: number } = {},
): void {
  describe(`the policy contract: ${name}`, () => {
    let engine: PolicyEngine;
    before(async () => {
      engine = await create();
    });

    it('wishes for replicas, says why, and names its revision', async () => {
      const verdict = await engine.decideScaling(someScalingQuestion());
      assert.notEqual(verdict.policyRevision, '');
      assert.deepEqual(verdict, {
        target: 5,
        reason: '231 req/s per replica against a target of 50',
        perSignal: { requestsPerSecond: 5 },
        policyRevision: verdict.policyRevision,
      });
    });

    it('has no opinion on what was not measured', async () => {
      const signals: Signal[] = [
        { kind: 'missing', name: 'requestsPerSecond', reason: 'no samples', query: 'q' },
      ];
      const verdict = await engine.decideScaling(someScalingQuestion({ signals }));
      assert.equal(verdict.target, null);
      assert.match(verdict.reason, /requestsPerSecond is missing \(no samples\)/);
    });

    it('replaces a failed instance at once, later each time, and gives up', async () => {
      const answers = await Promise.all(
        [0, 1, 2, 3, 8].map((recentRestarts) =>
          engine.decideHealing(someHealingQuestion({ recentRestarts })),
        ),
      );
      assert.deepEqual(
        answers.map(({ action, delayMs }) => [action, delayMs]),
        [
          ['replace', 0],
          ['back-off', 1_000],
          ['back-off', 2_000],
          ['back-off', 4_000],
          ['give-up', 300_000],
        ],
      );
      assert.equal(answers[0]?.reason, 'web-3-1 exited with code 137; replaced at once');
    });

    it('computes as the arithmetic in TypeScript does, whatever is measured', async () => {
      await fc.assert(
        fc.asyncProperty(anySignals, anyTargets, anyReplicas, async (signals, targets, replicas) => {
          const question = someScalingQuestion({ signals, targets, replicas });
          const { target, perSignal } = await engine.decideScaling(question);
          const wanted = decideScaling(question);
          assert.deepEqual({ target, perSignal }, { target: wanted.target, perSignal: wanted.perSignal });
        }),
        { numRuns: runs },
      );
    });

    it('heals as the rules in TypeScript do, whatever failed', async () => {
      const kind = fc.constantFrom('exited', 'oom', 'unhealthy', 'unresponsive', 'removed', 'stopped');
      await fc.assert(
        fc.asyncProperty(kind, fc.nat({ max: 30 }), anyReplicas, async (kind, recentRestarts, replicas) => {
          const failure = { kind, exitCode: null, text: 'failed' };
          const question = someHealingQuestion({ failure, recentRestarts, replicas });
          const { policyRevision, ...verdict } = await engine.decideHealing(question);
          assert.notEqual(policyRevision, '');
          assert.deepEqual(verdict, decideHealing(question));
        }),
        { numRuns: runs },
      );
    });

    it('says who may do what as the rules in TypeScript do, and denies what it does not know', async () => {
      const table = readAccessTable();
      const question = fc.record({
        role: fc.constantFrom('admin', 'user'),
        action: fc.oneof(
          fc.constantFrom(...Object.keys(table.actions)),
          fc.constantFrom('', 'constructor', '__proto__', 'x]; true; data.y['),
        ),
        relation: fc.constantFrom('none', 'own', 'viewer', 'operator', 'owner', 'other'),
        verbs: fc.option(fc.subarray([...tokenVerbs])),
        isAppToken: fc.boolean(),
      }) satisfies fc.Arbitrary<AccessQuestion>;
      await fc.assert(
        fc.asyncProperty(question, async (asked) => {
          const { policyRevision, ...verdict } = await engine.decideAccess(asked);
          assert.notEqual(policyRevision, '');
          assert.deepEqual(verdict, decideAccess(table, asked));
        }),
        { numRuns: runs },
      );
    });

    it('locks no admin out', async () => {
      for (const action of adminLifelines) {
        const question = { role: 'admin', relation: 'none', verbs: null, isAppToken: false } as const;
        const { isAllowed, reason } = await engine.decideAccess({ ...question, action });
        assert.equal(isAllowed, true, `${action}: ${reason}`);
      }
    });

    it('stops when it is cancelled', async () => {
      await assert.rejects(engine.decideScaling(someScalingQuestion(), AbortSignal.abort()));
    });
  });
}
