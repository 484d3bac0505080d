import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forceMatcher, hasMatcher, hasSelector } from './force-label.ts';

const forced = (expr: string): string => forceMatcher(expr, 'app="a"');

describe('forceMatcher', () => {
  for (const [expr, wanted] of [
    ['up', 'up{app="a"}'],
    ['up{}', 'up{app="a"}'],
    ['up{job="x"}', 'up{app="a",job="x"}'],
    ['{__name__="up"}', '{app="a",__name__="up"}'],
    ['{"http.requests"}', '{app="a","http.requests"}'],
    ['up{app="other"} > 1', 'up{app="a",app="other"} > 1'],
    ['rate(requests_total[5m] offset 1m)', 'rate(requests_total{app="a"}[5m] offset 1m)'],
    ['sum by (service) (up)', 'sum by (service) (up{app="a"})'],
    ['sum(up) by (service)', 'sum(up{app="a"}) by (service)'],
    [
      'sum without(app) (up) / on (app) group_left (x) up',
      'sum without(app) (up{app="a"}) / on (app) group_left (x) up{app="a"}',
    ],
    ['a and b or c unless d', 'a{app="a"} and b{app="a"} or c{app="a"} unless d{app="a"}'],
    ['up == bool 1', 'up{app="a"} == bool 1'],
    ['up{path="}{ up"} # up', 'up{app="a",path="}{ up"} '],
    ["label_replace(up, 'x', '$1', 'y', 'up')", "label_replace(up{app=\"a\"}, 'x', '$1', 'y', 'up')"],
    ['max_over_time(up[5m:1m]) > 1e3', 'max_over_time(up{app="a"}[5m:1m]) > 1e3'],
    ['up @ end()', 'up{app="a"} @ end()'],
    ['sum', 'sum{app="a"}'],
    ['time() > 0', 'time() > 0'],
    ['job:up:sum > NaN', 'job:up:sum{app="a"} > NaN'],
  ] as const)
    it(`${expr} → ${wanted}`, () => assert.equal(forced(expr), wanted));
});

describe('hasMatcher', () => {
  const selector = (...values: string[]) => ({
    type: 'vectorSelector',
    matchers: values.map((value) => ({ name: 'app', type: '=', value })),
  });
  const of = (tree: unknown): boolean => hasMatcher(tree, { name: 'app', value: 'a' });

  it('looks at every selector, however deep', () => {
    assert.equal(of({ type: 'binaryExpr', lhs: selector('a'), rhs: { args: [selector('a')] } }), true);
    assert.equal(of({ type: 'binaryExpr', lhs: selector('a'), rhs: { args: [selector('b')] } }), false);
    assert.equal(of({ type: 'matrixSelector', matchers: 'none' }), false);
  });

  it('does not take another kind of matcher for it', () => {
    assert.equal(of({ type: 'vectorSelector', matchers: [{ name: 'app', type: '=~', value: 'a' }] }), false);
  });

  it('knows an expression without any series', () => {
    assert.equal(hasSelector({ type: 'numberLiteral', val: '1' }), false);
    assert.equal(hasSelector({ type: 'call', args: [selector('a')] }), true);
  });
});
