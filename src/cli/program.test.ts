import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createCaller, noTerminal } from '../../test/factories/cli/call-crane.ts';
import { commandTable } from './catalogue/command-table.ts';
import { startFakeControlPlane } from '../../test/factories/cli/fake-control-plane.ts';
import { renderReference } from './output/reference.ts';
import { createStream } from './output/terminal.ts';
import { createProgram } from './program.ts';
import { createSettings } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'crane-cli-'));
const controlPlane = await startFakeControlPlane();
const crane = createCaller(folder, controlPlane.url);
after(() => {
  controlPlane.close();
  rmSync(folder, { recursive: true });
});

describe('calling commands', () => {
  test('every command has a description and examples in its help', async () => {
    for (const { name, isHidden } of commandTable) {
      const { code, out } = await crane([name, '--help']);
      assert.equal(code, 0, name);
      if (isHidden !== true)
        assert.match(out, new RegExp(`Usage: crane ${name}[^]*Examples:\n  \\$ crane `), name);
    }
  });

  test('a command answers to its other word too', async () => {
    for (const { name, alias } of commandTable) {
      if (alias === undefined) continue;
      const { code, out } = await crane([alias, '--help']);
      assert.equal(code, 0, alias);
      assert.match(out, new RegExp(`Usage: crane ${name}\\|${alias} `));
    }
  });

  test('every visible command takes --json, but for completion and what runs another command', async () => {
    for (const { name, isHidden } of commandTable) {
      if (isHidden === true || ['completion', 'break-glass'].includes(name)) continue;
      assert.match((await crane([name, '--help'])).out, /--json/, name);
    }
  });

  const usage: [string, string[]][] = [
    ['an unknown command', ['lss']],
    ['a missing argument', ['ps']],
    ['an unknown option', ['ls', '--no-such']],
    ['a bad choice', ['ls', '--format', 'xml']],
    ['a bad pair', ['scale', 'shop-1', 'web']],
    ['a bad number', ['scale', 'shop-1', 'web=-1']],
    ['a bad rate', ['load', 'shop-1', '--rate', 'fast']],
    ['neither rate nor phases', ['load', 'shop-1']],
    ['no terminal to confirm on', ['rm', 'shop-1']],
    ['a compose file that is not there', ['deploy', '-f', '/nonexistent/compose.yaml']],
    ['no command', []],
  ];
  for (const [name, argv] of usage) {
    test(`${name} is exit code 2`, async () => {
      const { code, out, err } = await crane(argv);
      assert.equal(code, 2);
      assert.equal(out, '');
      assert.notEqual(err, '');
    });
  }

  test('a near miss gets a suggestion', async () => {
    assert.match((await crane(['deplyo'])).err, /Did you mean deploy/);
  });

  test('with --json a mistake is a problem document on stderr, and stdout stays empty', async () => {
    const { code, out, problem } = await crane(['ps', '--json']);
    assert.equal(code, 2);
    assert.equal(out, '');
    assert.deepEqual(Object.keys(Object(problem())).sort(), [
      'code',
      'detail',
      'exitCode',
      'fix',
      'title',
      'type',
    ]);
  });

  test('no control plane is exit code 6 with the fix', async () => {
    const { code, err } = await crane(['ls'], { CRANE_URL: 'http://127.0.0.1:9' });
    assert.equal(code, 6);
    assert.match(err, /crane up/);
  });
});

test('docs/cli.md is what the commands say', async () => {
  const context = { terminal: { out: createStream(() => {}), err: createStream(() => {}) } };
  const program = await createProgram(
    {
      ...context,
      raw: noTerminal,
      settings: createSettings({}),
      mainFile: '',
      signal: new AbortController().signal,
      setExitCode: () => {},
    },
    'all',
  );
  const committed = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
  assert.equal(renderReference(program), committed, 'run: ./crane reference > docs/cli.md');
});
