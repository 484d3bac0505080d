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
const verdict = { target: 2, reason: 'busy', perSignal: {} };
const good = JSON.stringify({
  result: verdict,
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

  it("S78 leaves a person's policy alone that the engine did not survive, longer the second time, and goes on with the others", async (test) => {
    let [asked, now] = [0, 0];
    let isDeadly = true;
    const url = await servePart(test, ({ method, path }, response) => {
      if (method === 'PUT') return void response.end('{}');
      if (!path.startsWith('/v1/data/people/')) return void response.end(good);
      asked += 1;
      if (isDeadly) response.destroy();
      else response.end(JSON.stringify({ result: { isLoaded: true, decision: { ...verdict, target: 3 } } }));
    });
    const engine = createOpaPolicyEngine({ url, now: () => now });
    const text = {
      kind: 'scaling',
      revision: 'abcdefabcdef',
      rego: 'package crane.scaling',
      settings: '{}',
    } as const;
    const ask = async () =>
      engine.decideScaling(someScalingQuestion(), undefined, { revision: text.revision, read: () => text });
    await assert.rejects(ask(), /more time or memory than there is/);
    await assert.rejects(ask(), /is not asked for another 60 s/);
    assert.equal(asked, 1);
    assert.equal((await engine.decideScaling(someScalingQuestion())).target, 2, 'the shipped one answers');
    now += 60_000;
    await assert.rejects(ask(), hasCode('policy.bad_output'));
    now += 60_000;
    await assert.rejects(ask(), /is not asked for another 3540 s/);
    assert.equal(asked, 2);
    now += 3_600_000;
    isDeadly = false;
    assert.equal((await ask()).target, 3);
    isDeadly = true;
    await assert.rejects(ask(), hasCode('policy.bad_output'));
    await assert.rejects(ask(), /is not asked for another 60 s/, 'forgiven in between');
  });

  it("takes an engine that is not there for nobody's fault", async () => {
    const engine = createOpaPolicyEngine({ url: await unusedUrl() });
    const text = {
      kind: 'scaling',
      revision: 'abcdefabcdef',
      rego: 'package crane.scaling',
      settings: '{}',
    } as const;
    const pin = { revision: text.revision, read: () => text };
    for (let times = 0; times < 2; times += 1)
      await assert.rejects(
        engine.decideScaling(someScalingQuestion(), undefined, pin),
        hasCode('policy.unavailable'),
      );
  });
});
