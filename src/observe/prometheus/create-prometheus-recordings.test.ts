import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { servePart, unusedUrl } from '../../../test/factories/part-server.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import { createPrometheusRecordings } from './create-prometheus-recordings.ts';

const request = { app: 'shop-1', service: 'web', from: 60_000, to: 63_000, stepMs: 1_000 };
const matrix = (values: [number, string][]): string =>
  JSON.stringify({
    status: 'success',
    data: { resultType: 'matrix', result: values.length === 0 ? [] : [{ metric: {}, values }] },
  });

describe('recorded signals', () => {
  it('are a point for each step, without a value where nothing was measured', async (test) => {
    const body = matrix([
      [60, '10'],
      [62, '30'],
      [63, 'NaN'],
    ]);
    const url = await servePart(test, (_, response) => void response.end(body));
    const [series] = await createPrometheusRecordings({ url }).readSeries({
      ...request,
      names: ['requestsPerSecond'],
    });
    assert.deepEqual(
      series?.points.map(({ at, value }) => [at, value]),
      [
        [60_000, 10],
        [61_000, null],
        [62_000, 30],
        [63_000, null],
      ],
    );
  });

  it('say why they cannot be read', async (test) => {
    const read = async (url: string): Promise<unknown> =>
      createPrometheusRecordings({ url, timeoutMs: 200 }).readSeries({ ...request, names: ['p95Ms'] });
    const refused = await servePart(
      test,
      (_, response) => void response.end('{"status":"error","error":"too many points"}'),
    );
    const nonsense = await servePart(test, (_, response) => void response.end('<html>'));
    const silent = await servePart(test, () => {});
    for (const [url, words] of [
      [refused, /refused the query \(too many points\)/],
      [nonsense, /something else/],
      [silent, /no answer within 200 ms/],
      [await unusedUrl(), /cannot be reached/],
    ] as const)
      await assert.rejects(
        read(url),
        (error: unknown) =>
          error instanceof CraneError && error.code === 'part.unavailable' && words.test(error.message),
      );
  });
});
