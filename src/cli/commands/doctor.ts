import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { createProgressLines } from '../output/progress-lines.ts';
import { writeJson, type Stream } from '../output/terminal.ts';
import { doctorResult, type DoctorCheck } from '../platform/platform-result.ts';
import { runVerb } from '../platform/run-verb.ts';

export function declare(command: Command, context: CliContext): void {
  addExamples(addFormat(command), [
    ['crane doctor', 'exit code 6 when something is missing'],
    ['crane doctor --json', ''],
  ]).action(async (options: FormatOptions) => doctor(context, options));
}

async function doctor(context: CliContext, options: FormatOptions): Promise<void> {
  const { terminal } = context;
  const lines = createProgressLines(terminal.err);
  const raw = await runVerb(context, ['doctor'], (progress) => lines.show(progress)).finally(() =>
    lines.end(),
  );
  const parsed = doctorResult.safeParse(raw);
  if (!parsed.success)
    throw new CliError({
      code: 'platform.failed',
      detail: 'crane doctor gave a result that this command line does not know.',
    });
  if (!parsed.data.ok) context.setExitCode(6);
  if (isJson(options)) return writeJson(terminal.out, parsed.data);
  terminal.out.write(parsed.data.checks.map((check) => renderCheck(terminal.out, check)).join(''));
  terminal.out.write(
    parsed.data.ok ? '\nEverything is there.\n' : '\nSomething is missing; see the lines with ✖.\n',
  );
}

function renderCheck(out: Stream, { name, state, text, fix }: DoctorCheck): string {
  const mark =
    state === 'ok'
      ? out.paint('green', '✔')
      : state === 'warning'
        ? out.paint('yellow', '!')
        : out.paint('red', '✖');
  const line = `${mark} ${out.paint('bold', escapeLine(name))}  ${escapeLine(text)}\n`;
  return fix === null || fix === undefined || state === 'ok'
    ? line
    : `${line}    ${out.paint('green', 'fix:')} ${escapeLine(fix)}\n`;
}
