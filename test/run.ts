/**
 * Every check the project has, in one command: `npm test` runs all groups, `node test/run.ts <group>…` some of them.
 * Groups stop at the first failure; each test group prints node:test's own closing lines.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const bin = (name: string): string => join(root, 'node_modules', '.bin', name);

type Step = { name: string; command: string; args: string[] };

const nodeTest = (name: string, patterns: string[], options: string[]): Step => ({
  name,
  command: process.execPath,
  args: [
    '--test',
    '--test-reporter=spec',
    ...options,
    ...patterns.flatMap((pattern) => globSync(pattern, { cwd: root }).sort()),
  ],
});

const groups = {
  check: [
    { name: 'types', command: bin('tsc'), args: ['--noEmit'] },
    { name: 'types of the pages', command: bin('tsc'), args: ['--noEmit', '-p', 'ui'] },
    { name: 'lint', command: bin('oxlint'), args: ['--type-aware', '--deny-warnings'] },
    { name: 'format', command: bin('oxfmt'), args: ['--check', '.'] },
  ],
  unit: [
    nodeTest(
      'unit',
      ['src/**/*.test.ts', 'test/*.test.ts', 'test/hostile/*.test.ts', 'test/simulation/*.test.ts'],
      [`--test-concurrency=${availableParallelism()}`],
    ),
  ],
  integration: [
    nodeTest(
      'integration',
      ['test/integration/*.test.ts'],
      ['--test-concurrency=1', '--test-timeout=600000'],
    ),
  ],
  // Each file has an installation of its own, and waits more than it computes.
  e2e: [nodeTest('end to end', ['test/e2e/*.test.ts'], ['--test-concurrency=2', '--test-timeout=900000'])],
} satisfies Record<string, Step[]>;

type Group = keyof typeof groups;
const isGroup = (name: string): name is Group => name in groups;

function run({ name, command, args }: Step): Promise<boolean> {
  const began = performance.now();
  console.log(`\n── ${name} ──`);
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
    child.once('error', (error) => {
      console.error(`${name}: ${error.message}`);
      resolve(false);
    });
    child.once('exit', (code, signal) => {
      console.log(
        `── ${name}: ${code === 0 ? 'ok' : `failed (${signal ?? code})`} in ${((performance.now() - began) / 1000).toFixed(1)} s`,
      );
      resolve(code === 0);
    });
  });
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !isGroup(name));
if (unknown.length > 0) {
  console.error(`unknown group ${unknown.join(', ')}; there are ${Object.keys(groups).join(', ')}`);
  process.exit(2);
}
const chosen = asked.length === 0 ? Object.keys(groups).filter(isGroup) : asked.filter(isGroup);
for (const group of chosen) {
  for (const step of groups[group]) {
    if (!(await run(step))) process.exit(1);
  }
}
