import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { fillIn, formOf, placesOf } from '../ui/src/words/fill-in.ts';

const pages = join(import.meta.dirname, '../ui/src');
const text = readFileSync(join(pages, 'words/es.json'), 'utf8');
const catalogue = z
  .record(z.string(), z.union([z.string(), z.record(z.string(), z.string())]))
  .parse(JSON.parse(text));
const sentences = Object.keys(catalogue);
const sources = globSync('**/*.{ts,tsx}', { cwd: pages })
  .filter((file) => !file.startsWith('words/es'))
  .map((file) => readFileSync(join(pages, file), 'utf8').replace(/\/\*\*[\s\S]*?\*\//g, ''));

/** Every text in quotes that stands in the sources, as the program sees it. */
const quoted = new Set(
  sources.flatMap((source) =>
    [...source.matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"/g)].map((match) =>
      (match[1] ?? match[2] ?? '').replace(/\\(.)/g, '$1'),
    ),
  ),
);

/** The sentences that `t`, `rich` and `plural` are asked for; those in tables of words are known by their type. */
function askedFor(source: string): string[] {
  const literal = String.raw`(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")`;
  const direct = new RegExp(String.raw`\b(?:t|rich)\(\s*${literal}`, 'g');
  const counted = new RegExp(String.raw`\bplural\(\s*[^'"]+?,\s*(?:'[^'\n]*'|"[^"\n]*"),\s*${literal}`, 'g');
  return [...source.matchAll(direct), ...source.matchAll(counted)].map((match) =>
    (match[1] ?? match[2] ?? '').replace(/\\(.)/g, '$1'),
  );
}

describe('the Spanish words of the pages', () => {
  it('are there for every sentence that a page says', () => {
    const asked = new Set(sources.flatMap(askedFor));
    assert.ok(asked.size > 40, `only ${asked.size} sentences were found in the pages`);
    assert.deepEqual(
      [...asked].filter((sentence) => !Object.hasOwn(catalogue, sentence)),
      [],
    );
  });

  it('are for sentences that some page says', () => {
    assert.deepEqual(
      sentences.filter((sentence) => !quoted.has(sentence)),
      [],
    );
  });

  it('have the same places to fill as the English ones, in each form', () => {
    const places = (sentence: string): string[] =>
      placesOf(sentence)
        .flatMap(({ place }) => place ?? [])
        .sort();
    const broken = Object.entries(catalogue).filter(([sentence, entry]) =>
      (typeof entry === 'string' ? [entry] : Object.values(entry)).some(
        (form) => places(form).join() !== places(sentence).join(),
      ),
    );
    assert.deepEqual(broken, []);
  });

  it('are said once each, in the order of their English, one a line', () => {
    const lines = text.split('\n').flatMap((line) => /^ {2}("(?:[^"\\]|\\.)*"):/.exec(line)?.[1] ?? []);
    const keys = lines.map((line) => z.string().parse(JSON.parse(line)));
    assert.deepEqual(
      keys,
      [...new Set(keys)].sort((a, b) => (a < b ? -1 : 1)),
    );
    assert.equal(keys.length, sentences.length);
  });

  it('have the forms that Spanish tells apart where a number is in them', () => {
    const kinds = ['one', 'other'];
    const counted = Object.entries(catalogue).filter(([, entry]) => typeof entry !== 'string');
    assert.deepEqual(
      counted.filter(([, entry]) => Object.keys(entry).join() !== kinds.join()),
      [],
    );
  });
});

describe('filling in a sentence', () => {
  it('puts values where their names stand, and leaves a place without a value to be seen', () => {
    assert.equal(fillIn('Stop {app}: {n} of {n}', { app: '{n}', n: 3 }), 'Stop {n}: 3 of 3');
    assert.equal(fillIn('Stop {app}', {}), 'Stop {app}');
  });

  it('takes the form of the number, or the one for all others', () => {
    assert.equal(formOf({ one: 'a', other: 'b' }, 'one'), 'a');
    assert.equal(formOf({ one: 'a', other: 'b' }, 'many'), 'b');
    assert.equal(formOf('c', 'one'), 'c');
  });
});
