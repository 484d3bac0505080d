import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { CraneError } from '../../core/error/crane-error.ts';
import type { PolicyEngine } from '../../core/port/policy.ts';
import { servePart, unusedUrl } from '../../../test/factories/part-server.ts';
import { someHealingQuestion, someScalingQuestion } from '../policy-contract.ts';
import { createOpaPolicyEngine } from './create-opa-policy-engine.ts';

type Options = { revision?: string; token?: string; timeoutMs?: number };

async function engineThat(
  test: TestContext,
  answer: Parameters<typeof servePart>[1],
  options: Options = {},
): Promise<PolicyEngine> {
  return createOpaPolicyEngine({ url: await servePart(test, answer), ...options });
}

const hasCode =
  (code: CraneError['code']) =>
  (thrown: unknown): boolean =>
    thrown instanceof CraneError && thrown.code === code;
const good = JSON.stringify({
  result: { target: 2, reason: 'busy', perSignal: {} },
  provenance: { bundles: { b: { revision: 'r1' } } },
});

describe('createOpaPolicyEngine', () => {
  it('S80 asks a constant path and puts the question into the input unchanged', async (test) => {
    const seen: unknown[] = [];
    const engine = await engineThat(
      test,
      ({ method, path, query, headers, body }, response) => {
        const parsed: unknown = JSON.parse(body);
        seen.push([method, path, query.toString(), headers.authorization, parsed]);
        response.end(good);
      },
      { token: 't0ken' },
    );
    const question = someScalingQuestion({ app: 'x]; true; data.y[', service: '../../v1/policies' });
    await engine.decideScaling(question);
    assert.deepEqual(seen, [
      ['POST', '/v1/data/crane/scaling/decision', 'provenance=true', 'Bearer t0ken', { input: question }],
    ]);
  });

  it('is unavailable when nothing listens', async () => {
    const engine = createOpaPolicyEngine({ url: await unusedUrl() });
    await assert.rejects(engine.decideScaling(someScalingQuestion()), hasCode('policy.unavailable'));
    await assert.rejects(engine.decideHealing(someHealingQuestion()), hasCode('policy.unavailable'));
  });

  it('is unavailable when the answer does not come in time, headers or not', async (test) => {
    const silent = await engineThat(test, () => {}, { timeoutMs: 100 });
    await assert.rejects(silent.decideScaling(someScalingQuestion()), hasCode('policy.unavailable'));
    const half = await engineThat(test, (_, response) => void response.write('{"result":'), {
      timeoutMs: 100,
    });
    await assert.rejects(half.decideScaling(someScalingQuestion()), hasCode('policy.unavailable'));
  });

  it('is unavailable while it is not ready', async (test) => {
    const engine = await engineThat(test, (_, response) => void response.writeHead(503).end('{}'));
    await assert.rejects(engine.decideScaling(someScalingQuestion()), hasCode('policy.unavailable'));
  });

  it('gives bad output when it refuses, fails inside, or redirects', async (test) => {
    for (const status of [400, 401, 404, 500]) {
      const engine = await engineThat(test, (_, response) => void response.writeHead(status).end('{}'));
      await assert.rejects(
        engine.decideScaling(someScalingQuestion()),
        hasCode('policy.bad_output'),
        String(status),
      );
    }
    const elsewhere = await engineThat(
      test,
      (_, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    );
    await assert.rejects(elsewhere.decideScaling(someScalingQuestion()), CraneError);
  });

  it('S81 stops reading an answer of ten megabytes', async (test) => {
    const engine = await engineThat(test, (_, response) => void response.end(' '.repeat(10_000_000) + good));
    await assert.rejects(engine.decideScaling(someScalingQuestion()), hasCode('policy.bad_output'));
  });

  it('refuses a decision by another policy revision than the one in force', async (test) => {
    const engine = await engineThat(test, (_, response) => void response.end(good), { revision: 'r2' });
    await assert.rejects(engine.decideScaling(someScalingQuestion()), hasCode('policy.bad_output'));
  });
});
