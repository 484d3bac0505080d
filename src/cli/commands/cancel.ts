import type { Command } from 'commander';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { errorOfOperation } from '../calls/follow-operation.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { writeJson } from '../output/terminal.ts';
import { CliError } from '../cli-error.ts';
import { waitUntil } from '../wait-until.ts';

/** What is under way ends at its next step; an engine that does not answer may take its own time-out. */
const endMs = 30_000;

export function declare(command: Command, context: CliContext): void {
  command.argument('<operation>', 'id of a deployment, a build or any other operation that goes on');
  addExamples(addFormat(command), [
    ['crane cancel op-0mgx1k2a9f3c5d7e1b', 'the id is told where an app is busy'],
  ]).action(async (id: string, options: FormatOptions) => cancel(context, id, options));
}

async function cancel(
  { terminal, ...context }: CliContext,
  id: string,
  options: FormatOptions,
): Promise<void> {
  const api = connect(context);
  await api.cancel(id);
  const ended = await waitUntil(
    async () => {
      const operation = await api.operation(id);
      return operation.endedAt === null ? null : operation;
    },
    { timeoutMs: endMs, everyMs: 100, signal: context.signal },
  );
  if (ended === null)
    throw new CliError({
      code: 'timed_out',
      detail: `${id} has not ended yet; it ends with its current step.`,
      fix: 'Look again with: crane events',
    });
  if (ended.status === 'failed') throw errorOfOperation(ended);
  if (isJson(options)) return writeJson(terminal.out, ended);
  terminal.out.write(
    ended.status === 'cancelled'
      ? `The ${ended.kind} was cancelled.\n`
      : `The ${ended.kind} had succeeded already.\n`,
  );
}
