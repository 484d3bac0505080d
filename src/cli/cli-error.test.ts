import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CliError, errorOfProblem, exitCodeOf, toCliError, usageError } from './cli-error.ts';
import { printProblem } from './output/print-problem.ts';
import { createStream } from './output/terminal.ts';

function printed(error: CliError, json = false): string {
  let text = '';
  printProblem(
    createStream((part) => (text += part)),
    error,
    { json },
  );
  return text;
}

describe('exit codes', () => {
  const codes: [string, number][] = [
    ['app.not_found', 1],
    ['input.invalid', 2],
    ['compose.unsupported', 2],
    ['usage', 2],
    ['policy.denied', 3],
    ['auth.forbidden', 3],
    ['auth.invalid', 1],
    ['scan.blocked', 4],
    ['deployment.timed_out', 5],
    ['timed_out', 5],
    ['engine.unreachable', 6],
    ['control.unreachable', 6],
    ['policy.bad_output', 1],
    ['unheard.of', 1],
  ];
  for (const [code, want] of codes) test(`${code} is ${want}`, () => assert.equal(exitCodeOf(code), want));

  test("the server's own exit code wins", () => {
    assert.equal(errorOfProblem({ code: 'app.busy', detail: 'busy', exitCode: 5 }, 409).exitCode, 5);
  });

  test('an answer that is no problem document is named by its status', () => {
    const error = errorOfProblem('<html>', 502);
    assert.equal(error.exitCode, 1);
    assert.match(error.message, /status 502/);
  });
});

describe('a control plane that is older than the command line', () => {
  test('does not know an address: bring it up to date', () => {
    const body = { code: 'route.not_found', detail: 'There is nothing at "/api/v1/authority".' };
    const error = errorOfProblem(body, 404);
    assert.match(printed(error), /it is older than the command line.*\nfix: .*crane up/);
    const long = { code: 'route.not_found', detail: 'There is nothing at an address that long.' };
    assert.doesNotMatch(printed(errorOfProblem(long, 404)), /older/);
  });

  test('answers without what is expected in it: the same', () => {
    const text = printed(toCliError(new TypeError("Cannot read properties of undefined (reading 'weight')")));
    assert.match(text, /may be older than the command line.*crane up/);
  });
});

describe('errors on the terminal', () => {
  test('are a sentence, the places and the fix', () => {
    const error = errorOfProblem(
      {
        code: 'compose.invalid',
        detail: 'The compose file is not valid.',
        fix: 'Correct it.',
        errors: [{ place: 'compose.yaml:3:5', message: 'services.web.ports[0]: no port', fix: 'Use 8080.' }],
      },
      422,
    );
    assert.equal(
      printed(error),
      'error: The compose file is not valid.\n  compose.yaml:3:5 services.web.ports[0]: no port\n    Use 8080.\nfix: Correct it.\n'.replace(
        '5 services',
        '5 services',
      ),
    );
  });

  test('are said once where the only place has nothing to add', () => {
    const problem = {
      code: 'input.invalid',
      detail: 'name must be short',
      errors: [{ pointer: '/name', message: 'name must be short' }],
    };
    assert.equal(printed(errorOfProblem(problem, 422)), 'error: name must be short\n');
  });

  test('cannot act on the terminal', () => {
    assert.ok(!printed(errorOfProblem({ detail: 'a\u001b[2J' }, 500)).includes('\u001b'));
  });

  test('are one problem document with JSON', () => {
    const problem: unknown = JSON.parse(printed(usageError('--rate must be a rate', 'Write 200.'), true));
    assert.deepEqual(problem, {
      type: 'about:blank',
      title: 'Usage',
      code: 'usage',
      detail: '--rate must be a rate',
      fix: 'Write 200.',
      exitCode: 2,
    });
  });

  test('anything thrown becomes one', () => {
    assert.equal(toCliError(new TypeError('x')).exitCode, 1);
    assert.equal(toCliError('x').problem.code, 'internal');
  });
});
