import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { someDecision } from '../../../test/factories/core-values.ts';
import { CraneError } from '../error/crane-error.ts';
import type { ScalingQuestion, ScalingVerdict } from '../scaling/scaling.ts';
import type { RecordedSteering } from '../scaling/recorded-steering.ts';
import type { Decision } from './decision.ts';
import { compareReplay, replayInput } from './replay-decision.ts';

const question: ScalingQuestion = {
  trigger: 'loop',
  app: 'shop-1',
  service: 'web',
  replicas: { desired: 1, ready: 1 },
  bounds: { min: 1, max: 3, cooldownUpMs: 3_000, cooldownDownMs: 10_000, stabilizationMs: 60_000 },
  targets: { requestsPerSecond: 50 },
  signals: [{ kind: 'value', name: 'requestsPerSecond', value: 190, ageSeconds: 0.5, query: 'q' }],
  alert: null,
  sinceLastUpMs: null,
  sinceLastDownMs: null,
  now: 10_000,
};
const steering: RecordedSteering = {
  mode: 'auto',
  modeBy: null,
  override: null,
  window: null,
  current: 1,
  recommended: 1,
};
const answer: ScalingVerdict = {
  target: 4,
  reason: 'busy',
  perSignal: { requestsPerSecond: 4 },
  policyRevision: 'r1',
};
const decision = (change: Partial<Decision> = {}): Decision =>
  someDecision({
    question,
    answer,
    steering,
    reason: 'busy',
    clamps: [{ bound: 'max', from: 4, to: 3, text: 'capped by max 3' }],
    ...change,
  });
const refusal = (run: () => unknown): CraneError => {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof CraneError);
    return error;
  }
  throw new Error('it was not refused');
};

describe('a replay', () => {
  it('is the same when the policy says the same', () => {
    const input = replayInput(decision(), {});
    const replay = compareReplay(decision(), {}, input, answer);
    assert.deepEqual(replay.differences, []);
    assert.deepEqual([replay.isSame, replay.replayed.to], [true, 3]);
  });

  it('tells each difference with both sides', () => {
    const other: ScalingVerdict = { ...answer, target: 2, reason: 'calmer', policyRevision: 'r2' };
    const replay = compareReplay(decision(), {}, replayInput(decision(), {}), other);
    assert.deepEqual(replay.differences, [
      'wish: 4 → 2',
      'replicas: 3 → 2',
      'bounds: capped by max 3 → none',
      'reason: busy → calmer',
    ]);
  });

  it('knows nothing of bounds that were not recorded', () => {
    const old = decision({ steering: null });
    assert.equal(compareReplay(old, {}, replayInput(old, {}), answer).isSame, true);
    assert.equal(refusal(() => replayInput(old, { 'steering.mode': 'auto' })).code, 'input.invalid');
  });

  it('bounds with edited bounds, modes and overrides', () => {
    const run = (edits: Record<string, unknown>): (number | null | string[])[] => {
      const { replayed } = compareReplay(decision(), edits, replayInput(decision(), edits), answer);
      return [replayed.to, replayed.clamps.map(({ bound }) => bound)];
    };
    assert.deepEqual(run({ 'input.bounds.max': 10 }), [4, []]);
    assert.deepEqual(run({ 'steering.mode': 'paused' }), [1, ['max', 'mode']]);
    assert.deepEqual(run({ 'steering.override': { replicas: 2, until: null, by: 'ada', previous: 1 } }), [
      2,
      ['override'],
    ]);
  });

  it('edits signals by name, targets by name, and leaves the recorded input alone', () => {
    const input = replayInput(decision(), {
      'signals.requestsPerSecond.value': 10,
      'targets.p95Ms': 200,
      'signals.0.ageSeconds': 1,
    });
    assert.ok(input.family === 'scaling');
    assert.deepEqual(input.question.targets, { requestsPerSecond: 50, p95Ms: 200 });
    assert.deepEqual(input.question.signals[0], { ...question.signals[0], value: 10, ageSeconds: 1 });
    assert.deepEqual(question.signals[0]?.kind === 'value' && question.signals[0].value, 190);
  });

  it('refuses edits that lead nowhere or do not fit', () => {
    for (const edits of [
      { 'signals.p95Ms.value': 1 },
      { 'replicas.wanted': 1 },
      { 'bounds.max': -1 },
      { 'bounds.max': 'many' },
      { 'targets.requestsPerSecond': 0 },
      { 'a.b.c': 1 },
      { '__proto__.x': 1 },
      { __proto__x: 1 },
      { '': 1 },
    ])
      assert.equal(
        refusal(() => replayInput(decision(), edits)).code,
        'input.invalid',
        JSON.stringify(edits),
      );
  });

  it('needs a decision of a policy', () => {
    const byPerson = decision({ question: null, answer: null, policyRevision: null });
    assert.equal(refusal(() => replayInput(byPerson, {})).code, 'decision.no_input');
  });

  it('replays healing by action and wait', () => {
    const healing = decision({
      family: 'healing',
      steering: null,
      question: {
        app: 'shop-1',
        service: 'web',
        instance: 'web-1-1',
        failure: { kind: 'exited', exitCode: 1, text: 'exited with code 1' },
        recentRestarts: 0,
        replicas: { desired: 2, ready: 1 },
        now: 1,
      },
      answer: { action: 'replace', delayMs: 0, reason: 'at once', policyRevision: 'r1' },
    });
    const input = replayInput(healing, { recentRestarts: 5 });
    assert.ok(input.family === 'healing' && input.question.recentRestarts === 5);
    const later = { action: 'back-off', delayMs: 16_000, reason: 'later', policyRevision: 'r1' } as const;
    const replay = compareReplay(healing, {}, input, later);
    assert.equal(replay.differences[0], 'wish: replace → back-off after 16000 ms');
  });
});
