import assert from 'node:assert/strict';
import { it } from 'node:test';
import { nameFault } from './plain-name.ts';

it('takes names of any one script', () => {
  for (const name of [
    'ci',
    'Ñandú 2',
    '日本語のトークン',
    'план',
    'Ελλάδα',
    "O'Brien & Sons",
    '🦆',
    'Tokyo 東京',
  ])
    assert.equal(nameFault(name), null, name);
});

it('says why a text is none', () => {
  const faults: [text: string, why: RegExp][] = [
    ['a\u202eb', /cannot be seen/],
    ['a\u200bb', /cannot be seen/],
    ['\ufeffa', /cannot be seen/],
    ['\u3164', /cannot be seen/],
    ['a\nb', /cannot be seen/],
    ['a\u00a0b', /plain ones/],
    [' a', /space/],
    ['a ', /space/],
    ['\u0301a', /mark/],
    ['cafe\u0301', /composed/],
    ['p\u0430ypal', /mix/],
    ['\u0430\u03b1', /mix/],
  ];
  for (const [text, why] of faults) assert.match(nameFault(text) ?? '', why, JSON.stringify(text));
});
