import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { escapeLine, escapeLogLine, escapeText } from './escape.ts';

describe('text from elsewhere on the terminal', () => {
  const cases: [string, string, string][] = [
    ['plain text stays', 'whoami-1 läuft', 'whoami-1 läuft'],
    ['a screen is not cleared', 'a\u001b[2Jb', 'a\\x1b[2Jb'],
    ['a title is not set', '\u001b]0;evil\u0007', '\\x1b]0;evil\\x07'],
    ['a line is not overwritten', 'safe\rEVIL', 'safe\\x0dEVIL'],
    ['eight-bit controls count too', 'a\u009b2Jb', 'a\\x9b2Jb'],
    ['reading order is not turned', 'a\u202eb', 'a\\u202eb'],
    ['line feeds and tabs are kept', 'a\n\tb', 'a\n\tb'],
  ];
  for (const [name, text, want] of cases) test(name, () => assert.equal(escapeText(text), want));

  test('a line stays one line', () => assert.equal(escapeLine(' a\n\n\tb '), 'a b'));

  test('no control character survives, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const character of escapeLine(text)) {
          const code = character.codePointAt(0) ?? 0;
          assert.ok(code >= 0x20 && (code < 0x7f || code > 0x9f), `U+${code.toString(16)}`);
        }
      }),
    );
  });
});

describe('lines of logs', () => {
  test('keep their colours where colours are shown, and end them', () => {
    assert.equal(escapeLogLine('\u001b[31mred\u001b[2J', true), '\u001b[31mred\\x1b[2J\u001b[0m');
  });

  test('lose their colours where none are shown', () => {
    assert.equal(escapeLogLine('\u001b[31mred\u001b[0m', false), 'red');
  });
});
