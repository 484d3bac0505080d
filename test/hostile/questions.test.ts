import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { createRuleWorkbench } from '../../src/observe/prometheus/create-rule-workbench.ts';
import { renderPrometheusArguments } from '../../src/observe/prometheus/render-arguments.ts';
import { createOpaPolicyEngine } from '../../src/policy/opa/create-opa-policy-engine.ts';
import { fakeWorld } from '../factories/action-deps.ts';
import { servePart } from '../factories/part-server.ts';
import { tempStore } from '../factories/temp-store.ts';
import { bodyOf, composeText, deployedApp, problemOf, testApi } from '../factories/test-api.ts';
import { isOk, openTestPlatform, until } from '../factories/test-platform.ts';

/** What would be code where a question was glued together of texts. */
const breakouts = [
  'x]; true; data.y[',
  'x"; true; "',
  '../../v1/policies',
  'x"} or up{a="',
  'web"} > 0 or vector(1) #',
];
const rules = '/api/v1/apps/shop-1/rules';

const answer = (result: string): string =>
  `{"result":${result},"provenance":{"bundles":{"b":{"revision":"r1"}}}}`;
const admission = { allow: true, settings: 0, violations: [] };
/** Answers that are no verdict, as a broken or a lying policy engine gives them. */
const nonsense: Record<string, string> = {
  nothing: '',
  'an empty object': '{}',
  'a text': answer('"true"'),
  'true alone': answer('true'),
  'allowed as a text': answer(JSON.stringify({ ...admission, allow: 'true' })),
  'a key too many': answer(JSON.stringify({ ...admission, admin: true })),
  'a contradiction': answer(JSON.stringify({ ...admission, allow: false })),
  NaN: answer('{"allow":true,"settings":NaN,"violations":[]}'),
  HTML: '<html><body>502</body></html>',
  'ten megabytes': ' '.repeat(10_000_000),
  'another revision': answer(JSON.stringify(admission)).replace('r1', 'r2'),
};

describe('questions to the parts', () => {
  it('S80 S82 names that would break out of a question are no names', async (test) => {
    const { call, store, bob, world } = await testApi(test);
    deployedApp(store, bob);
    const rule = {
      kind: 'preset',
      name: 'a',
      service: 'web',
      preset: 'p95',
      above: 1,
      forMs: 0,
      severity: 'info',
    };
    const invalid = async (method: 'GET' | 'POST', url: string, payload?: object): Promise<void> => {
      const reply = await call('bob', method, url, payload === undefined ? {} : { payload });
      assert.match(String(reply.statusCode), /^(404|422)$/, `${url} ${reply.body}`);
    };
    for (const text of breakouts) {
      const path = encodeURIComponent(text);
      const files = [{ path: 'compose.yaml', text: composeText }];
      const asService = JSON.stringify({ services: { [text]: { image: 'nginx:1.27' } } });
      await invalid('POST', '/api/v1/apps', { name: text, files });
      await invalid('POST', '/api/v1/apps', {
        name: 'x',
        files: [{ path: 'compose.yaml', text: asService }],
      });
      await invalid('GET', `/api/v1/policies/${path}/revisions`);
      await invalid('GET', `/api/v1/apps/${path}/history`);
      await invalid('GET', `/api/v1/apps/shop-1/history?minutes=${path}`);
      await invalid('POST', rules, { ...rule, name: text });
      await invalid('POST', rules, { ...rule, service: text });
      await invalid('POST', rules, { ...rule, preset: text });
      await invalid('POST', rules, { ...rule, above: text });
      await invalid('POST', rules, { ...rule, forMs: text });
    }
    assert.equal(store.apps.list({ kind: 'all' }).length, 1);
    assert.equal(world.wakes.rules, 0);
  });

  it('S81 a policy engine that answers nonsense lets nobody do anything', async (test) => {
    let body = '';
    const url = await servePart(test, (_request, response) => void response.end(body));
    const engine = createOpaPolicyEngine({ url, revision: 'r1' });
    const { policy } = fakeWorld();
    const payload = { name: 'shop', files: [{ path: 'compose.yaml', text: composeText }] };
    for (const [what, text] of Object.entries(nonsense)) {
      body = text;
      const judged = await testApi(test, {
        policy: { ...policy, decideAdmission: (...asked) => engine.decideAdmission(...asked) },
      });
      const refused = await judged.call('bob', 'POST', '/api/v1/apps', { payload });
      assert.match(problemOf(refused, 503, 'policy.unavailable').detail, /answer is unusable/, what);
      assert.equal(judged.store.apps.list({ kind: 'all' }).length, 0, what);
      const asked = await testApi(test, {
        policy: { ...policy, decideAccess: (...question) => engine.decideAccess(...question) },
      });
      problemOf(await asked.call('bob', 'GET', '/api/v1/apps'), 503, 'policy.bad_output');
      problemOf(await asked.call('ada', 'POST', '/api/v1/apps', { payload }), 503, 'policy.bad_output');
    }
  });

  it('S82 expressions of an owner reach nobody else in the real Prometheus', async (test) => {
    const platform = await openTestPlatform();
    test.after(() => platform.close());
    const network = await platform.network();
    const folder = await platform.folder();
    await platform.write(join(folder, 'prometheus.yml'), 'scrape_configs: []\n');
    const listenAddress = `${network.address(5)}:9090`;
    const url = `http://${listenAddress}`;
    await platform.start({
      part: 'prometheus',
      name: 'prometheus',
      command: renderPrometheusArguments({ listenAddress }),
      host: 5,
      networks: [network.name],
      mounts: [{ folder, path: '/etc/prometheus' }],
      writable: ['/prometheus'],
    });
    await until('Prometheus is ready', () => isOk(`${url}/-/ready`));
    const { store } = tempStore(test);
    const { call, bob } = await testApi(test, {}, store, { ruleWorkbench: createRuleWorkbench({ url }) });
    deployedApp(store, bob);
    const preview = async (expr: string) => {
      const rule = { kind: 'promql', name: 'a', service: 'web', expr, forMs: 0, severity: 'info' };
      return call('bob', 'POST', `${rules}:preview`, { payload: rule });
    };
    for (const expr of [
      ...breakouts,
      'vector(1)',
      '1',
      'absent(',
      'time() > 0',
      'up[5m]',
      'up #\n} or up',
      'up unless `up`',
    ])
      problemOf(await preview(expr), 422, 'input.invalid');
    for (const expr of [
      'up{app="other-2"}',
      'up{app=~".*"} or up',
      '{__name__=~".+"}',
      'up{path="} or up{"} unless up == 1',
      'sum by (app) (up) / on () group_left () up',
      'label_replace(up, "app", "other-2", "", "")',
      'max_over_time((up or {app!=""})[5m:1m])',
    ]) {
      const reply = await preview(expr);
      assert.equal(reply.statusCode, 200, reply.body);
      // It asks for the app's own series only, in the words of Prometheus' own parser.
      const query = new URLSearchParams({ query: String(bodyOf(reply)['expr']) });
      const formatted = await fetch(`${url}/api/v1/format_query?${query.toString()}`);
      const { data } = z.object({ data: z.string() }).parse(await formatted.json());
      const selectors = data.replaceAll(/"(?:[^"\\]|\\.)*"/g, (text) => (text === '"shop-1"' ? text : '""'));
      for (const [selector] of selectors.matchAll(/\{[^}]*\}/g)) assert.match(selector, /app="shop-1"/, data);
      assert.doesNotMatch(selectors, /\bup\b(?!\{)/, data);
    }
  });
});
