import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CraneError } from '../error/crane-error.ts';
import { createEntryCheck, type ArchiveEntry } from './check-entries.ts';

type Given = [name: string, type?: string | null, linkname?: string];
const entry = ([name, type = 'file', linkname]: Given): ArchiveEntry => ({
  name,
  type,
  linkname: linkname ?? null,
});
const checkAll = (given: readonly Given[]): string[] => {
  const check = createEntryCheck({ what: 'archive', maxEntries: 5 });
  return given.map((each) => {
    const { name, linkname } = check(entry(each));
    return linkname === null ? name : `${name} → ${linkname}`;
  });
};

describe('entries of an archive', () => {
  it('have clean names; links may lead anywhere, as long as nothing lies below them', () => {
    assert.deepEqual(
      checkAll([
        ['./', 'directory'],
        ['a//./b'],
        ['l', 'symlink', '/etc'],
        ['lx/file'],
        ['hard', 'link', './a/b'],
      ]),
      ['', 'a/b', 'l → /etc', 'lx/file', 'hard → a/b'],
    );
  });

  const refused: [what: string, given: Given[], why: RegExp][] = [
    ['a name that leads out', [['a/../../b']], /leads out/],
    ['an absolute name', [['/etc/passwd']], /absolute/],
    ['a NUL', [['a\0b']], /NUL/],
    ['an endless name', [['x'.repeat(4_097)]], /longer/],
    ['no name', [['./']], /no name/],
    ['a device', [['a', 'character-device']], /character-device/],
    ['a pipe', [['a', 'fifo']], /fifo/],
    ['a sparse file', [['a', null]], /unknown kind/],
    ['a hard link that leads out', [['a', 'link', '../b']], /leads out/],
    ['a file below a link', [['a', 'symlink', '/etc'], ['a/passwd']], /below a link/],
    ['a file far below a link', [['./a/', 'symlink', '..'], ['a/b/c']], /below a link/],
    [
      'a hard link to what lies below one',
      [
        ['a', 'symlink', '/etc'],
        ['b', 'link', 'a/passwd'],
      ],
      /below a link/,
    ],
    [
      'a file below another name of a link',
      [['a', 'symlink', '/etc'], ['b', 'link', 'a'], ['b/passwd']],
      /below a link/,
    ],
  ];
  for (const [what, given, why] of refused)
    it(`are refused with ${what}`, () => {
      assert.throws(
        () => checkAll(given),
        (error) => error instanceof CraneError && error.code === 'input.invalid' && why.test(error.message),
      );
    });

  it('are refused when there are too many', () => {
    assert.throws(
      () => checkAll(Array.from({ length: 6 }, (_, n): Given => [`f${n}`])),
      (error) => error instanceof CraneError && error.code === 'input.too_large',
    );
  });
});
