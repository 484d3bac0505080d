import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { guardRego } from './guard-rego.ts';
import { renderPolicyModule } from './render-policy-module.ts';
import { readRegoTokens } from './rego-tokens.ts';

const policy = (body: string): string => `package crane.scaling\n\n${body}\n`;
const problems = (body: string): string[] =>
  guardRego('scaling', policy(body)).map(({ line, column, message }) => `${line}:${column} ${message}`);

describe('what a policy may say', () => {
  const good: [string, string][] = [
    ['its settings', 'x := data.scaling.tolerance'],
    ['its own rules', 'x := data.crane.scaling.y'],
    ['forbidden words in comments', 'x := 1 # http.send(with data.system)'],
    ['forbidden words in texts', 'x := "http.send(with data" \ny := `with $"data`'],
    ['a member called data', 'x := input.data.with'],
    ['functions on its list', 'x := time.clock(input.now * 1000000)'],
    ['rego.v1', 'import rego.v1'],
  ];
  for (const [name, body] of good)
    it(`may be: ${name}`, () => {
      assert.deepEqual(problems(body), []);
    });

  const bad: [string, string, RegExp][] = [
    ['http.send', 'x := http.send({})', /^3:6 http.send is not possible/],
    ['net', 'x if net.lookup_ip_addr("a")', /^3:6 net.lookup_ip_addr is not/],
    ['opa.runtime', 'x := opa.runtime()', /^3:6 opa.runtime is not/],
    ['with', 'x if y with input as {}', /^3:8 with is not possible/],
    ['other data', 'x := data.system.credential', /^3:6 only data.scaling/],
    ['all data', 'x := data', /^3:6 only data.scaling/],
    ['data by a text', 'x := data["system"]', /^3:6 only data.scaling/],
    ['data of another kind', 'x := data.healing.giveUpAfter', /^3:6 only data.scaling/],
    ['an import of data', 'import data.system as s', /^3:1 only rego.v1 and input/],
    ['a name of Crane', 'crane_answer := 1', /^3:1 names that begin with crane_/],
    ['a template', 'x := $"{http.send({})}"', /^3:6 template strings/],
  ];
  for (const [name, body, message] of bad)
    it(`may not be: ${name}`, () => {
      assert.match(problems(body)[0] ?? '', message);
    });

  it('may not be another package, or one below', () => {
    for (const text of ['', 'package crane.healing', 'package crane.scaling.x', 'package crane.scaling["x"]'])
      assert.match(
        guardRego('scaling', text)[0]?.message ?? '',
        /must begin with: package crane.scaling/,
        text,
      );
  });
});

it('names line and column of each piece, whatever stands between', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', '"t\\"x"', '`r\nw`', '# c\n', '\n', ' ', '{', '.')),
      (parts) => {
        const source = parts.join('');
        const lines = source.split('\n');
        for (const { text, line, column, start, end } of readRegoTokens(source)) {
          assert.equal(source.slice(start, end), text);
          assert.ok(lines[line - 1]?.slice(column - 1).startsWith(text.split('\n')[0] ?? ''));
        }
      },
    ),
  );
});

it('is rendered under a package of its own, with its settings in it', () => {
  const rego =
    'package crane.scaling # data.scaling\n\ndecision := data.scaling.n + data.crane.scaling.y + input.data.scaling\n\ny := "data.scaling"\n';
  const text = renderPolicyModule({ kind: 'scaling', revision: 'ab12', rego, settings: '{"n": 1}' });
  assert.equal(
    text,
    `package people.scaling_ab12 # data.scaling

decision := data.people.scaling_ab12.crane_settings.n + data.people.scaling_ab12.y + input.data.scaling

y := "data.scaling"

crane_settings := {"n": 1}

crane_answer["isLoaded"] := true

crane_answer["decision"] := decision
`,
  );
});
