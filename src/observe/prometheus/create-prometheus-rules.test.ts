import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { servePart } from '../../../test/factories/part-server.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import type { AlertRule, AlertRules } from '../../core/port/metrics.ts';
import { createPrometheusRules } from './create-prometheus-rules.ts';
import { renderRules } from './render-rules.ts';

const rule: AlertRule = {
  app: 'shop-1',
  service: 'web',
  signal: 'requestsPerSecond',
  target: 50,
  tolerance: 0.1,
  severity: 'warning',
};
const hasCode =
  (code: CraneError['code'], message?: RegExp) =>
  (thrown: unknown): boolean =>
    thrown instanceof CraneError && thrown.code === code && (message?.test(thrown.message) ?? true);

type Reload = { status: number; body?: string };

/** A Prometheus that answers reloads as told, the last one over and over, and refuses every expression. */
async function rulesWith(
  test: TestContext,
  reloads: Reload[],
): Promise<{ rules: AlertRules; directory: string; asked: string[]; text: () => Promise<string> }> {
  const directory = await mkdtemp(join(tmpdir(), 'rules-'));
  test.after(() => rm(directory, { recursive: true }));
  const asked: string[] = [];
  const url = await servePart(test, ({ path }, response) => {
    asked.push(path);
    if (path !== '/-/reload') {
      response
        .writeHead(400)
        .end('{"status":"error","errorType":"bad_data","error":"unexpected end of input"}');
      return;
    }
    const { status, body } = (reloads.length > 1 ? reloads.shift() : reloads[0]) ?? { status: 200 };
    response.writeHead(status).end(body);
  });
  const rules = createPrometheusRules({ directory, url });
  return { rules, directory, asked, text: () => readFile(join(directory, 'crane.yml'), 'utf8') };
}

describe('createPrometheusRules', () => {
  it('writes and reloads what changed, and nothing else', async (test) => {
    const { rules, directory, asked, text } = await rulesWith(test, [{ status: 200 }]);
    assert.equal(await rules.sync([rule]), true);
    assert.equal(await rules.sync([rule]), false);
    assert.equal(await text(), renderRules([rule]));
    assert.deepEqual(asked, ['/-/reload']);
    assert.equal(await rules.sync([]), true);
    assert.deepEqual(await readdir(directory), ['crane.yml']);
  });

  it('reloads once after a start of Crane, although the file is right', async (test) => {
    const { rules, directory } = await rulesWith(test, [{ status: 200 }]);
    await rules.sync([rule]);
    let reloads = 0;
    const url = await servePart(test, (_, response) => {
      reloads += 1;
      response.end();
    });
    const later = createPrometheusRules({ directory, url });
    assert.equal(await later.sync([rule]), false);
    assert.equal(await later.sync([rule]), false);
    assert.equal(reloads, 1);
  });

  it('brings the old file back and says why in the words of Prometheus when it refuses', async (test) => {
    const refusal = { status: 500, body: 'failed to reload config: one or more errors\n' };
    const { rules, asked, text } = await rulesWith(test, [{ status: 200 }, refusal, { status: 200 }]);
    await rules.sync([rule]);
    await assert.rejects(
      rules.sync([]),
      hasCode('input.invalid', /failed to reload config: one or more errors/),
    );
    assert.equal(await text(), renderRules([rule]));
    assert.deepEqual(asked, ['/-/reload', '/-/reload', '/-/reload']);
  });

  it('names what is wrong with an expression', async (test) => {
    const { rules, directory } = await rulesWith(test, [{ status: 500, body: 'failed' }]);
    await assert.rejects(rules.sync([rule]), hasCode('input.invalid', /unexpected end of input/));
    assert.deepEqual(await readdir(directory), []);
  });

  it('brings the old file back when Prometheus cannot be reached, and tries again next time', async (test) => {
    const { rules, text } = await rulesWith(test, [{ status: 200 }, { status: 503 }, { status: 200 }]);
    await rules.sync([rule]);
    await assert.rejects(rules.sync([]), hasCode('part.unavailable'));
    assert.equal(await text(), renderRules([rule]));
    assert.equal(await rules.sync([]), true);
    assert.equal(await text(), renderRules([]));
  });

  it('refuses names that could be templates before anything is written', async (test) => {
    const { rules, directory, asked } = await rulesWith(test, [{ status: 200 }]);
    for (const change of [{ app: '{{ $value }}' }, { service: 'a"b' }, { target: 0 }, { target: Number.NaN }])
      await assert.rejects(rules.sync([{ ...rule, ...change }]), hasCode('input.invalid'));
    assert.deepEqual([await readdir(directory), asked], [[], []]);
  });

  it('makes one change at a time, in the order asked', async (test) => {
    const { rules, text } = await rulesWith(test, [{ status: 200 }]);
    const sets = [1, 2, 3, 4].map((count) =>
      Array.from({ length: count }, (_, n) => ({ ...rule, service: `s${n}` })),
    );
    assert.deepEqual(await Promise.all(sets.map((set) => rules.sync(set))), [true, true, true, true]);
    assert.equal(await text(), renderRules(sets[3] ?? []));
  });
});
