import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readCodeIdentity } from './code-identity.ts';

describe('the identity of the code', () => {
  it('is that of what runs: the same in another folder, and no test changes it', (test) => {
    const folder = mkdtempSync(join(tmpdir(), 'crane-code-'));
    test.after(() => rmSync(folder, { recursive: true }));
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    mkdirSync(join(one, 'src/core'), { recursive: true });
    writeFileSync(join(one, 'src/core/a.ts'), 'export const a = 1;\n');
    cpSync(one, two, { recursive: true });
    const before = readCodeIdentity(one);
    assert.match(before, /^[0-9a-f]{12}$/);
    writeFileSync(join(two, 'src/core/a.test.ts'), 'a test\n');
    assert.equal(readCodeIdentity(two), before);
    writeFileSync(join(two, 'src/core/a.ts'), 'export const a = 2;\n');
    assert.notEqual(readCodeIdentity(two), before);
  });
});
