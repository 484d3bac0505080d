import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CliError } from '../cli-error.ts';
import { followOperation, progressOf } from './follow-operation.ts';
import { createProgressLines } from '../output/progress-lines.ts';
import { createStream } from '../output/terminal.ts';
import { operation } from '../../../test/factories/cli/sample-documents.ts';
import type { OperationEventView, OperationView } from './views.ts';

function event(
  seq: number,
  step: string,
  state: OperationEventView['state'],
  text: string,
  data = {},
): OperationEventView {
  return { seq, at: seq, step, state, text, data };
}

async function follow(
  events: OperationEventView[],
  ended: OperationView,
  signal = new AbortController().signal,
) {
  let text = '';
  const lines = createProgressLines(
    createStream((part) => (text += part)),
    { now: () => 0 },
  );
  const api = {
    operation: async () => Promise.resolve(ended),
    async *operationEvents() {
      for (const each of events) yield Promise.resolve(each);
    },
  };
  const running: OperationView = { ...ended, status: 'running', error: null };
  const result = await followOperation(api, running, { lines, signal }).catch((error: unknown) => error);
  return { result, text };
}

const succeeded: OperationView = operation;

describe('following an operation', () => {
  test('shows each step, and closes with the operation what nobody closed', async () => {
    const { result, text } = await follow(
      [
        event(1, 'image.web', 'started', 'resolving nginx'),
        event(2, 'image.web', 'done', 'nginx is sha256:1'),
        event(3, 'instances', 'progress', 'web 1/1'),
        event(4, 'end', 'done', 'deploy succeeded'),
      ],
      succeeded,
    );
    assert.deepEqual(result, succeeded);
    assert.equal(text, '· resolving nginx\n✔ nginx is sha256:1\n· web 1/1\n✔ web 1/1\n');
  });

  test("fails with the operation's own error and exit code", async () => {
    const error = { code: 'scan.blocked', message: 'CVE-1 is critical', fix: 'Use another image.' };
    const { result, text } = await follow(
      [event(1, 'scan.web', 'started', 'scanning'), event(2, 'end', 'failed', 'no')],
      {
        ...succeeded,
        status: 'failed',
        error,
      },
    );
    assert.ok(result instanceof CliError);
    assert.equal(result.exitCode, 4);
    assert.equal(result.problem.fix, error.fix);
    assert.match(text, /✖ scanning/);
  });

  test('a cancelled one is no success', async () => {
    const { result } = await follow([event(1, 'end', 'failed', '')], { ...succeeded, status: 'cancelled' });
    assert.ok(result instanceof CliError && result.exitCode === 1);
  });

  test('Ctrl-C stops the watching only, and says so', async () => {
    const { result } = await follow([], succeeded, AbortSignal.abort());
    assert.ok(result instanceof CliError && result.exitCode === 130);
    assert.match(result.message, /goes on \(op-1\)/);
  });

  test('bytes are progress with amounts', () => {
    const progress = progressOf(
      event(1, 'image.web', 'progress', 'a Downloading', { doneBytes: 5, totalBytes: 10 }),
    );
    assert.deepEqual([progress.done, progress.total, progress.unit], [5, 10, 'bytes']);
  });
});
