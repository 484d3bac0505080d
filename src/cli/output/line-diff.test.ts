import assert from 'node:assert/strict';
import { it } from 'node:test';
import * as fc from 'fast-check';
import { diffLines, nearChanges } from './line-diff.ts';

const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 }).map((lines) => lines.join('\n'));

it('gives back both texts, whatever they are', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before, after);
      const without = (kind: string): string =>
        lines
          .filter((line) => line.kind !== kind)
          .map((line) => line.text)
          .join('\n');
      assert.equal(without('new'), before);
      assert.equal(without('gone'), after);
    }),
  );
});

it('finds the one line that changed, and shows only what is near', () => {
  const before = Array.from({ length: 50 }, (_, index) => `line ${index}`);
  const shown = nearChanges(diffLines(before.join('\n'), before.with(25, 'other').join('\n')), 1);
  assert.deepEqual(shown, [
    { kind: 'same', text: 'line 24' },
    { kind: 'gone', text: 'line 25' },
    { kind: 'new', text: 'other' },
    { kind: 'same', text: 'line 26' },
  ]);
});
