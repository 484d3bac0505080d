import assert from 'node:assert/strict';
import { it } from 'node:test';
import { findExcess } from './find-excess.ts';

const many = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join('');

const refused: Record<string, [string, RegExp]> = {
  'a megabyte': ['a'.repeat(1_000_001), /larger than/],
  'lists in lists': ['['.repeat(101), /levels deep/],
  'dashes in a row': ['- '.repeat(51), /levels deep/],
  'an indent of 251': [`a:\n${' '.repeat(251)}b: c\n`, /levels deep/],
  'many keys': [many(20_000, (n) => `k${n}: v\n`), /too many values/],
  'many comments': ['#\n'.repeat(60_000), /too many values/],
  'many documents': ['---\n'.repeat(60), /documents/],
  'brackets that do not match': ['[}'.repeat(60), /wrong in too many places/],
  'quotes side by side': ['"" '.repeat(60), /wrong in too many places/],
  'anchors side by side': ['&a '.repeat(60), /wrong in too many places/],
  'wrong escapes': [`"${'\\q'.repeat(60)}"`, /wrong in too many places/],
};
for (const [name, [text, message]] of Object.entries(refused))
  it(`refuses ${name}`, () => assert.match(findExcess(text)?.message ?? 'nothing', message));

const accepted: Record<string, string> = {
  'a hundred services': `services:\n${many(100, (n) => `  s${n}:\n    image: "a"\n    ports: ["${n}:80", '81']\n`)}`,
  'a large inline dashboard': `configs:\n  c:\n    content: |\n${many(20_000, () => '      {"a": ["b", {"c": 1}], "d": "x\\y"},\n')}`,
  'quoted keys and values on many lines': many(1000, (n) => `"k${n}": "v"\n`),
  'paths with backslashes': many(100, () => '- "C:\\\\data\\\\x"\n'),
  'anchors and tags together': many(1000, (n) => `x-${n}: &a${n} !!str b\n`),
  'texts full of brackets': `a: |\n  ${'['.repeat(1000)}\nb: "${'{'.repeat(1000)}"\n`,
};
for (const [name, text] of Object.entries(accepted))
  it(`lets ${name} pass`, () => assert.equal(findExcess(text), null));

it('says on which line it stopped', () => {
  assert.equal(findExcess(`a: 1\nb: |\n  x\n  y\nc: ${'['.repeat(101)}`)?.line, 5);
});
