/**
 * `npm run test:hostile`: runs the tests that are named by the id of a hostile input, S01 to S90, and prints each id with its result. Ends with 1
 * when one fails, and when an id has no test.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const ids = Array.from({ length: 90 }, (_, index) => `S${String(index + 1).padStart(2, '0')}`);
const files = globSync('test/hostile/**/*.test.ts', { cwd: root });

const child = spawn(process.execPath, ['--test', '--test-reporter=tap', ...files], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
});
let report = '';
child.stdout.setEncoding('utf8');
child.stdout.on('data', (part: string) => {
  report += part;
});
await once(child, 'close');

const results = new Map<string, { isOk: boolean; name: string }>();
for (const [, not, name = ''] of report.matchAll(/^\s*(not )?ok \d+ - (S\d\d .*)$/gm)) {
  const id = name.slice(0, 3);
  const isOk = not === undefined && results.get(id)?.isOk !== false;
  results.set(id, { isOk, name: name.slice(4) });
}
const missing = ids.filter((id) => !results.has(id));
for (const id of ids) {
  const result = results.get(id);
  if (result !== undefined) process.stdout.write(`${id} ${result.isOk ? 'ok  ' : 'FAIL'} ${result.name}\n`);
}
const failed = [...results.values()].filter(({ isOk }) => !isOk).length;
process.stdout.write(`${results.size - failed} ok, ${failed} failed, ${missing.length} without a test`);
process.stdout.write(missing.length === 0 ? '\n' : `: ${missing.join(' ')}\n`);
process.exitCode = failed === 0 && missing.length === 0 ? 0 : 1;
