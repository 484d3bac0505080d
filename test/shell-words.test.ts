import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { curlOf, shellWord } from '../ui/src/words/shell.ts';

/** What a POSIX shell makes of a line, where each word is printed with a NUL behind it. */
function wordsOf(line: string): string[] {
  const printed = execFileSync('/bin/sh', ['-c', `for word in ${line}; do printf '%s\\0' "$word"; done`]);
  return printed.toString().split('\0').slice(0, -1);
}

describe('command lines that the pages show', () => {
  it('leave a plain word as it is', () => {
    assert.equal(shellWord('shop-1/web'), 'shop-1/web');
  });

  it('are read by a shell as the words that were meant, whatever is in them', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'))), (words) => {
        const clean = words.map((word) => word.toWellFormed());
        assert.deepEqual(wordsOf(clean.map(shellWord).join(' ')), clean);
      }),
      { numRuns: 50, examples: [[["it's", '$(id)', '`id`', '"', '\n', '', '-n', 'é', '*']]] },
    );
  });

  it('name the method, the address, the token of who runs it, and the body', () => {
    const line = curlOf(
      { method: 'POST', path: '/groups', body: { name: "ann's" } },
      'http://127.0.0.1:7070',
    );
    assert.equal(
      line,
      `curl -X POST http://127.0.0.1:7070/api/v1/groups -H "Authorization: Bearer $CRANE_TOKEN" -H 'content-type: application/json' -d '{"name":"ann'\\''s"}'`,
    );
    assert.equal(
      curlOf({ method: 'GET', path: '/groups' }, 'http://127.0.0.1:7070'),
      'curl http://127.0.0.1:7070/api/v1/groups -H "Authorization: Bearer $CRANE_TOKEN"',
    );
  });
});
