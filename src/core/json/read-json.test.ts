import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CraneError } from '../error/crane-error.ts';
import { readJson } from './read-json.ts';

const refusals: [what: string, text: string, pointer: string | null, message: RegExp][] = [
  ['what is no JSON', '{"a":', null, /not JSON/],
  ['nothing', '', null, /empty/],
  ['a key that comes twice', '{"a":{"b":1,"c":[{"b":2}],"b":3}}', '/a/b', /twice/],
  ['a key that is written in two ways', String.raw`{"ab":1,"\u0061b":2}`, '/ab', /twice/],
  ['a key that comes twice in a list', '[1,{"a/b":1,"a/b":1}]', '/-/a~1b', /twice/],
  ['half a pair', String.raw`{"a":["x\ud800y"]}`, '/a/-', /surrogate/],
  ['half a pair in a key', String.raw`{"\udc00":1}`, '/\udc00', /surrogate/],
  ['a number beyond all', '{"a":1e999}', '/a', /out of range/],
  ['a number below all', '{"a":[-1e999]}', '/a/-', /out of range/],
  ['a prototype', '{"__proto__":{"isAdmin":true}}', '/__proto__', /no key/],
  ['a prototype in disguise', String.raw`{"\u005f_proto__":1}`, '/__proto__', /no key/],
  ["a constructor's prototype", '{"constructor":{"prototype":{}}}', '/constructor/prototype', /no key/],
  ['lists 101 deep', `${'['.repeat(101)}${']'.repeat(101)}`, null, /100 deep/],
  ['maps 10 000 deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, null, /100 deep/],
  ['200 001 values', `[${'1,'.repeat(200_001)}1]`, '/-', /200000 values/],
];

describe('JSON of somebody else', () => {
  it('is what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 5 }).filter((text) => !text.includes('proto')),
        (text) => {
          assert.deepEqual(readJson(text), JSON.parse(text));
        },
      ),
    );
    for (const text of [
      '"a,b:{\\"[\\\\"',
      String.raw`"\ud83d\ude00"`,
      '-1.5e-3',
      'null',
      '[true,false]',
      '{"constructor":1}',
    ])
      assert.deepEqual(readJson(text), JSON.parse(text));
    const wide = `[${'{"a":{"b":[1,2]}},'.repeat(100)}1]`;
    assert.deepEqual(readJson(wide), JSON.parse(wide));
  });

  for (const [what, text, pointer, message] of refusals)
    it(`that is ${what} is refused`, () => {
      assert.throws(
        () => readJson(text),
        (error) =>
          error instanceof CraneError &&
          error.code === 'input.malformed' &&
          message.test(error.message) &&
          (pointer === null || error.facts.errors?.[0]?.pointer === pointer),
      );
    });
});
