import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { CraneError } from '../../core/error/crane-error.ts';
import type { PolicyEngine } from '../../core/port/policy.ts';
import { someHealingQuestion, someScalingQuestion } from '../policy-contract.ts';
import { createOpaPolicyEngine } from './create-opa-policy-engine.ts';

function isAddress(address: string | AddressInfo | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

/** An engine that answers as told; it stands for a broken one, which the real one cannot be made to be. */
async function engineThat(
  test: TestContext,
  listener: RequestListener,
  options: { revision?: string; token?: string; timeoutMs?: number } = {},
): Promise<PolicyEngine> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(isAddress(address));
  return createOpaPolicyEngine({ url: `http://127.0.0.1:${address.port}`, ...options });
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
  it('asks a constant path and puts the question into the input unchanged', async (test) => {
    const seen: unknown[] = [];
    const engine = await engineThat(
      test,
      (request, response) => {
        void request.toArray().then((chunks) => {
          const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
          seen.push([request.method, request.url, request.headers.authorization, body]);
          response.end(good);
        });
      },
      { token: 't0ken' },
    );
    const question = someScalingQuestion({ app: 'x]; true; data.y[', service: '../../v1/policies' });
    await engine.decideScaling(question);
    assert.deepEqual(seen, [
      ['POST', '/v1/data/crane/scaling/decision?provenance=true', 'Bearer t0ken', { input: question }],
    ]);
  });

  it('is unavailable when nothing listens', async () => {
    const engine = createOpaPolicyEngine({ url: 'http://127.0.0.1:1' });
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

  it('stops reading an answer of ten megabytes', async (test) => {
    const engine = await engineThat(test, (_, response) => void response.end(' '.repeat(10_000_000) + good));
    await assert.rejects(engine.decideScaling(someScalingQuestion()), hasCode('policy.bad_output'));
  });

  it('refuses a decision by another policy revision than the one in force', async (test) => {
    const engine = await engineThat(test, (_, response) => void response.end(good), { revision: 'r2' });
    await assert.rejects(engine.decideScaling(someScalingQuestion()), hasCode('policy.bad_output'));
  });
});
