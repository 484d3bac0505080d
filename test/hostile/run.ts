/**
 * `npm run test:hostile`: runs the tests that are named by the id of a hostile input, S01 to S90, wherever they are, and prints each id with its
 * result. With `--all` also those that need a whole platform (`test/integration`, `test/e2e`). Ends with 1 when one fails or was skipped, and when
 * an id has no test.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const ids = Array.from({ length: 90 }, (_, index) => `S${String(index + 1).padStart(2, '0')}`);
const isAll = process.argv.includes('--all');

/** Files that have a test whose name begins with ids: `S71 …`, `S71 S72 …`. */
const named = (...patterns: string[]): string[] =>
  globSync(patterns, { cwd: root }).filter((file) =>
    /['"`]S\d\d /.test(readFileSync(join(root, file), 'utf8')),
  );
const light = named('src/**/*.test.ts', 'test/hostile/*.test.ts');
const heavy = named('test/integration/*.test.ts', 'test/e2e/*.test.ts');

/** Ids at the beginning of this text. */
const idsOf = (name: string): string[] => (/^(?:S\d\d )+/.exec(name)?.[0] ?? '').trim().split(' ');

/** What became of an id: by how many tests, and the name of the first, or of one that failed. */
type Result = { isOk: boolean; name: string; tests: number };
const results = new Map<string, Result>();

async function run(files: readonly string[], options: readonly string[]): Promise<void> {
  const child = spawn(
    process.execPath,
    ['--test', '--test-reporter=tap', '--test-name-pattern=/\\bS\\d\\d /', ...options, ...files],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let report = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (part: string) => {
    report += part;
  });
  await once(child, 'close');
  for (const [, not, name = ''] of report.matchAll(/^\s*(not )?ok \d+ - (S\d\d .*)$/gm))
    for (const id of idsOf(name)) {
      const before = results.get(id);
      const isOk = not === undefined && !name.includes('# SKIP');
      const isWorse = before === undefined || (before.isOk && !isOk);
      results.set(id, {
        isOk: isOk && before?.isOk !== false,
        name: isWorse ? name.replace(/^(?:S\d\d )+/, '') : before.name,
        tests: (before?.tests ?? 0) + 1,
      });
    }
}

await run(light, []);
if (isAll) await run(heavy, ['--test-concurrency=1']);

const later = new Set(
  isAll
    ? []
    : heavy.flatMap((file) =>
        [...readFileSync(join(root, file), 'utf8').matchAll(/['"`]((?:S\d\d )+)/g)].flatMap(
          ([, found = '']) => idsOf(found),
        ),
      ),
);
const missing: string[] = [];
for (const id of ids) {
  const result = results.get(id);
  const more = result === undefined || result.tests === 1 ? '' : ` (and ${result.tests - 1} more)`;
  const rest = result !== undefined && later.has(id) ? '; the rest with --all' : '';
  if (result !== undefined)
    process.stdout.write(`${id} ${result.isOk ? 'ok  ' : 'FAIL'} ${result.name}${more}${rest}\n`);
  else if (later.has(id)) process.stdout.write(`${id} –    needs the engine: run with --all\n`);
  else missing.push(id);
}
const failed = [...results.values()].filter(({ isOk }) => !isOk).length;
const unrun = ids.filter((id) => !results.has(id) && later.has(id)).length;
process.stdout.write(
  `${results.size - failed} ok, ${failed} failed, ${unrun} need --all, ${missing.length} without a test`,
);
process.stdout.write(missing.length === 0 ? '\n' : `: ${missing.join(' ')}\n`);
process.exitCode = failed === 0 && missing.length === 0 ? 0 : 1;
