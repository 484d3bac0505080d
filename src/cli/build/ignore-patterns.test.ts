import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseIgnoreFile } from './ignore-patterns.ts';

describe('.dockerignore', () => {
  const cases: [name: string, text: string, out: string[], kept: string[]][] = [
    ['nothing', '', [], ['a', '.git/config']],
    ['a comment and empty lines', '# a\n\n  \n', [], ['a', '# a']],
    ['a name at the top only', 'temp', ['temp', 'temp/x/y'], ['a/temp', 'temp2']],
    ['with a slash before and behind', '/temp/\n', ['temp', 'temp/a'], ['a/temp']],
    ['a star within a name', '*.log', ['a.log'], ['b/a.log', 'a.log2']],
    ['a star for a folder', '*/temp*', ['a/temp', 'a/temporary/x'], ['temp', 'a/b/temp']],
    ['one character', 'temp?', ['tempa'], ['temp', 'tempab', 'temp/']],
    ['any number of folders', '**/*.log', ['a.log', 'a/b/c.log'], ['a.logs']],
    ['everything below', 'a/**', ['a/b', 'a/b/c'], ['b']],
    ['in the middle', 'a/**/z', ['a/z', 'a/b/c/z', 'a/b/z/x'], ['a/b']],
    ['all but one', '*\n!keep', ['a', 'a/keep'], ['keep', 'keep/x']],
    ['the last one decides', '!a.md\n*.md\n!README.md', ['a.md'], ['README.md']],
    ['out again', '*.md\n!README*.md\nREADME-secret.md', ['a.md', 'README-secret.md'], ['README-b.md']],
    ['a choice', '[ab].txt', ['a.txt'], ['c.txt']],
    ['an escape', '\\!a\n', ['!a'], ['a']],
    ['dots and pluses as they are', 'a.b+c', ['a.b+c'], ['axb+c', 'a.bbc']],
    ['cleaned', './a/../b\r\n', ['b'], ['a']],
    ['a choice that is none', '[z-a]', ['[z-a]'], ['z']],
  ];
  for (const [name, text, out, kept] of cases)
    it(name, () => {
      const patterns = parseIgnoreFile(text);
      assert.deepEqual(
        out.filter((path) => !patterns.isIgnored(path)),
        [],
      );
      assert.deepEqual(
        kept.filter((path) => patterns.isIgnored(path)),
        [],
      );
    });

  it('knows in which ignored folders something may be kept', () => {
    const patterns = parseIgnoreFile('*\n!src/app/*.ts');
    assert.deepEqual(
      ['src', 'src/app', 'lib', 'src/other'].map((folder) => patterns.mayKeepBelow(folder)),
      [true, true, false, false],
    );
    assert.equal(parseIgnoreFile('*\n!**/x').mayKeepBelow('lib'), true);
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, path) => void parseIgnoreFile(text).isIgnored(path)),
    );
  });
});
