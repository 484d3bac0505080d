import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { CliError } from '../cli-error.ts';
import { runVerb } from './run-verb.ts';
import { parseVerbLine, type VerbProgress } from './verb-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'crane-verb-'));
after(() => rmSync(folder, { recursive: true }));

/** A control plane's entry file that does what the test says. */
function mainFile(name: string, body: string): string {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, body);
  return path;
}

async function run(main: string, signal = new AbortController().signal) {
  const seen: VerbProgress[] = [];
  const result = await runVerb({ mainFile: main, signal }, ['up', '--flag'], (progress) =>
    seen.push(progress),
  );
  return { result, seen };
}

describe('platform verbs', () => {
  test('give their progress line by line, and their result at the end', async () => {
    const main = mainFile(
      'good',
      `console.log(JSON.stringify({ at: 1, step: 'opa', state: 'started', text: 'OPA' }));
       console.log('a warning that is no JSON');
       console.log(JSON.stringify({ at: 2, step: 'opa', state: 'done', text: 'OPA', elapsedMs: 5 }));
       console.log(JSON.stringify({ result: { args: process.argv.slice(2) } }));`,
    );
    const { result, seen } = await run(main);
    assert.deepEqual(result, { args: ['up', '--flag'] });
    assert.deepEqual(
      seen.map((line) => line.state),
      ['started', 'done'],
    );
  });

  test('fail with their own code, fix and exit code', async () => {
    const main = mainFile(
      'bad',
      `console.log(JSON.stringify({ error: { code: 'engine.unreachable', message: 'No engine.', fix: 'Start it.' } })); process.exitCode = 6;`,
    );
    await assert.rejects(
      run(main),
      (error) =>
        error instanceof CliError &&
        error.exitCode === 6 &&
        error.problem.fix === 'Start it.' &&
        error.message === 'No engine.',
    );
  });

  test('that crash are told with the end of what they said', async () => {
    const main = mainFile('crash', `throw new Error('boom');`);
    await assert.rejects(
      run(main),
      (error) => error instanceof CliError && error.exitCode === 1 && /boom|exit code 1/.test(error.message),
    );
  });

  test('are stopped when the person interrupts', async () => {
    const main = mainFile(
      'slow',
      `console.log(JSON.stringify({ step: 'a', state: 'started', text: '' })); setInterval(() => {}, 1000);`,
    );
    const interruption = new AbortController();
    const running = runVerb({ mainFile: main, signal: interruption.signal }, ['up'], () =>
      interruption.abort(),
    );
    await assert.rejects(running, (error) => error instanceof CliError && error.exitCode === 130);
  });

  test('lines of another shape are left out', () => {
    for (const line of ['', '[]', '{', '{"x":1}', '"text"']) assert.equal(parseVerbLine(line), null);
  });
});
