import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { servePart, unusedUrl } from '../../../test/factories/part-server.ts';
import type { Signal } from '../../core/signal/signal.ts';
import { createPrometheusMetrics } from './create-prometheus-metrics.ts';

const request = {
  app: 'shop-1',
  service: 'web',
  names: ['requestsPerSecond' as const],
  replicas: 2,
  now: 1_777_000_000_250,
};
const vector = (...samples: [string, string][]): string =>
  JSON.stringify({
    status: 'success',
    data: {
      resultType: 'vector',
      result: samples.map(([crane, value]) => ({ metric: { crane }, value: [1_777_000_000.25, value] })),
    },
  });

async function readFrom(
  test: TestContext,
  answer: Parameters<typeof servePart>[1],
  options: { timeoutMs?: number; staleAfterSeconds?: number } = {},
): Promise<Signal> {
  const metrics = createPrometheusMetrics({ url: await servePart(test, answer), ...options });
  const [signal] = await metrics.readSignals(request);
  assert.ok(signal !== undefined);
  return signal;
}
const reasonOf = (signal: Signal): string => (signal.kind === 'missing' ? signal.reason : 'it has a value');

describe('createPrometheusMetrics', () => {
  it('reads value and age at the time asked for', async (test) => {
    const seen: string[] = [];
    const signal = await readFrom(test, ({ method, path, body }, response) => {
      const form = new URLSearchParams(body);
      seen.push(method, path, form.get('time') ?? '', form.get('query') ?? '');
      response.end(vector(['value', '115.5'], ['age', '0.25']));
    });
    assert.deepEqual(signal, {
      ...signal,
      kind: 'value',
      name: 'requestsPerSecond',
      value: 115.5,
      ageSeconds: 0.25,
    });
    assert.deepEqual(seen.slice(0, 3), ['POST', '/api/v1/query', '1777000000.25']);
    assert.ok(seen[3]?.includes(signal.query));
    assert.match(signal.query, /app="shop-1",service="web".* \/ 2 or /);
  });

  const answers: [string, string, RegExp][] = [
    ['no samples', vector(), /nothing was measured/],
    ['only an age', vector(['age', '0.1']), /nothing was measured/],
    ['NaN', vector(['value', 'NaN'], ['age', '0.1']), /not a number \(NaN\)/],
    ['infinity', vector(['value', '+Inf'], ['age', '0.1']), /not a number \(Infinity\)/],
    ['a value that is no number', vector(['value', 'many'], ['age', '0.1']), /not a number/],
    ['an empty value', vector(['value', ''], ['age', '0.1']), /not a number/],
    ['a value without an age', vector(['value', '5']), /stale: the target no longer answers/],
    ['an old value', vector(['value', '5'], ['age', '5.01']), /stale: the newest sample is 5\.0 s old/],
    [
      'an error',
      '{"status":"error","errorType":"execution","error":"query timed out"}',
      /refused the query: query timed out/,
    ],
    ['a matrix', '{"status":"success","data":{"resultType":"matrix","result":[]}}', /unreadable/],
    ['HTML', '<html></html>', /answered 200 with something unreadable/],
    ['nothing', '', /unreadable/],
  ];
  for (const [what, body, reason] of answers) {
    it(`has no value when Prometheus answers ${what}`, async (test) => {
      assert.match(reasonOf(await readFrom(test, (_, response) => void response.end(body))), reason);
    });
  }

  it('has no mean over instances while one that is ready is not measured', async (test) => {
    const read = async (covered: [string, string][]): Promise<Signal | undefined> => {
      const body = vector(['value', '72'], ['age', '0.1'], ...covered);
      const url = await servePart(test, (_, response) => void response.end(body));
      const names = ['memoryPercent'] as const;
      return (await createPrometheusMetrics({ url }).readSignals({ ...request, names }))[0];
    };
    assert.equal((await read([['covered', '2']]))?.kind, 'value');
    assert.equal((await read([['covered', '3']]))?.kind, 'value');
    for (const covered of [[['covered', '1']], []] satisfies [string, string][][]) {
      const signal = await read(covered);
      assert.ok(signal !== undefined);
      assert.match(reasonOf(signal), /only [01] of 2 ready instances are measured/);
    }
  });

  it('takes an age below zero, of two clocks, for none', async (test) => {
    const signal = await readFrom(
      test,
      (_, response) => void response.end(vector(['value', '5'], ['age', '-0.2'])),
    );
    assert.equal(signal.kind === 'value' && signal.ageSeconds, 0);
  });

  it('has no value when Prometheus is down, hangs, hangs half-way or floods', async (test) => {
    const [down] = await createPrometheusMetrics({ url: await unusedUrl() }).readSignals(request);
    assert.ok(down !== undefined);
    assert.match(reasonOf(down), /cannot be reached \(ECONNREFUSED\)/);
    const silent = await readFrom(test, () => {}, { timeoutMs: 100 });
    assert.match(reasonOf(silent), /no answer within 100 ms/);
    const half = await readFrom(test, (_, response) => void response.write('{"status":'), { timeoutMs: 100 });
    assert.match(reasonOf(half), /no answer within 100 ms/);
    const flood = await readFrom(test, (_, response) => void response.end(' '.repeat(2_000_000)));
    assert.match(reasonOf(flood), /longer than/);
  });

  it('has no value, and throws nothing, when it is cancelled', async (test) => {
    const url = await servePart(test, () => {});
    const [signal] = await createPrometheusMetrics({ url }).readSignals(request, AbortSignal.abort());
    assert.ok(signal !== undefined);
    assert.match(reasonOf(signal), /cancelled/);
  });

  it('asks for each name, and answers in the order asked', async (test) => {
    const url = await servePart(
      test,
      (_, response) => void response.end(vector(['value', '1'], ['age', '0'])),
    );
    const names = ['memoryPercent', 'p95Ms', 'cpuPercent'] as const;
    const signals = await createPrometheusMetrics({ url }).readSignals({ ...request, names });
    assert.deepEqual(
      signals.map((signal) => signal.name),
      [...names],
    );
  });
});
