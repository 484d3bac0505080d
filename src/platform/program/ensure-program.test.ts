import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { CraneError } from '../../core/error/crane-error.ts';
import { findRoot } from '../find-root.ts';
import { runProgram } from '../run-program.ts';
import { ensureProgram } from './ensure-program.ts';

/** A checkout whose program says where its migrations are, and what it is. */
function makeCheckout(test: TestContext, text = 'one → 1'): string {
  const root = mkdtempSync(join(tmpdir(), 'crane-program-'));
  test.after(() => rmSync(root, { recursive: true }));
  for (const folder of ['src/observe/load', 'src/store/migrations'])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'package-lock.json'), '{}');
  writeFileSync(join(root, 'src/store/migrations/0001-first.sql'), 'SELECT 1');
  writeFileSync(join(root, 'src/observe/load/load-worker.ts'), 'console.log(1 as number);');
  writeFileSync(
    join(root, 'src/main.ts'),
    `import { readdirSync } from 'node:fs';
     import { join } from 'node:path';
     const text: string = ${JSON.stringify(text)};
     console.log(text, readdirSync(join(import.meta.dirname, 'migrations')).join());`,
  );
  return root;
}

const silent = (): void => undefined;

describe('the control plane as built', () => {
  it('says what its source says, with what it reads beside itself', async (test) => {
    const root = makeCheckout(test);
    const program = await ensureProgram({ root, identity: 'a', report: silent });
    assert.equal(findRoot(join(program, '..')), root);
    // Node keeps a text with other characters at twice the size.
    assert.match(readFileSync(program, 'latin1'), /^[\0-\x7f]*$/);
    const { output } = await runProgram(process.execPath, [program], {
      environment: process.env,
      timeoutMs: 60_000,
    });
    assert.equal(output, 'one → 1 0001-first.sql\n');
  });

  it('is built once for the same code, and anew for other code', async (test) => {
    const root = makeCheckout(test);
    const reported: string[] = [];
    const build = (identity: string): Promise<string> =>
      ensureProgram({ root, identity, report: ({ state }) => reported.push(state) });
    const first = await build('a');
    assert.equal(await build('a'), first);
    assert.deepEqual(reported, ['started', 'done']);
    assert.notEqual(await build('b'), first);
  });

  it('is built by two at once without harm, and old builds go', async (test) => {
    const root = makeCheckout(test);
    for (const identity of ['a', 'b', 'c', 'd', 'a'])
      await Promise.all([
        ensureProgram({ root, identity, report: silent }),
        ensureProgram({ root, identity, report: silent }),
      ]);
    assert.deepEqual(readdirSync(join(root, 'dist')).toSorted(), ['a', 'c', 'd']);
  });

  it('tells the place of code that cannot be built, and leaves nothing', async (test) => {
    const root = makeCheckout(test);
    writeFileSync(join(root, 'src/main.ts'), 'const = 1;');
    await assert.rejects(
      ensureProgram({ root, identity: 'a', report: silent }),
      (error) => error instanceof CraneError && error.message.includes('main.ts'),
    );
    assert.throws(() => readdirSync(join(root, 'dist')), { code: 'ENOENT' });
  });
});
