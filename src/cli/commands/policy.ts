import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { Argument, type Command } from 'commander';
import { CliError, usageError } from '../cli-error.ts';
import { connect } from '../connect.ts';
import type { CliContext } from '../context.ts';
import { parseWhole } from '../duration.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import type { JudgementView, PolicyFileView } from '../policy-calls.ts';
import { showReport } from './replay.ts';

type Options = FormatOptions & { limit: string };

export function declare(command: Command, context: CliContext): void {
  command
    .addArgument(new Argument('<action>', 'what to do').choices(['ls', 'show', 'check', 'test', 'dry-run']))
    .argument('[file or folder]', 'show: a file; else a folder with scaling/ and healing/ of the draft')
    .option('--limit <number>', 'dry-run: how many of the newest decisions', '500');
  addExamples(addFormat(command), [
    ['crane policy ls', 'the files in force'],
    ['crane policy show scaling/scaling.rego', ''],
    ['crane policy test ./my-policies', 'checked and tested by the policy engine itself'],
    ['crane policy dry-run ./my-policies', 'how many recorded decisions would be different'],
  ]).action(async (action: string, what: string | undefined, options: Options) => {
    if (action === 'ls' || action === 'show')
      await show(context, action === 'ls' ? undefined : what, options);
    else await judge(context, action, what, options);
  });
}

async function show(context: CliContext, path: string | undefined, options: Options): Promise<void> {
  const { out } = context.terminal;
  const files = await connect(context).policies.show();
  if (path === undefined) {
    if (isJson(options)) return writeJson(out, files);
    const columns = [
      { title: 'FILE', cell: (file: PolicyFileView) => file.path },
      { title: 'LINES', cell: (file: PolicyFileView) => file.text.split('\n').length - 1 },
    ];
    return out.write(renderTable(out, columns, files));
  }
  const file = files.find((item) => item.path === path);
  if (file === undefined)
    throw usageError(`There is no policy file ${JSON.stringify(path)}.`, 'See: crane policy ls');
  if (isJson(options)) writeJson(out, file);
  else out.write(file.text.split('\n').map(escapeLine).join('\n'));
}

async function judge(
  context: CliContext,
  action: string,
  folder: string | undefined,
  options: Options,
): Promise<void> {
  if (folder === undefined)
    throw usageError(
      `${action} needs the folder of the draft.`,
      `Write it as: crane policy ${action} ./my-policies`,
    );
  const dryRun = action === 'dry-run' ? parseWhole(options.limit, '--limit', { min: 1, max: 1000 }) : 0;
  const judgement = await connect(context).policies.judge({ files: readDraft(folder), dryRun });
  if (!judgement.check.isOk || judgement.tests?.isOk === false) context.setExitCode(1);
  if (isJson(options)) return writeJson(context.terminal.out, judgement);
  showJudgement(context, judgement);
}

function showJudgement(context: CliContext, { check, tests, dryRun }: JudgementView): void {
  const { out } = context.terminal;
  const tell = (text: string, isOk: boolean): void => {
    out.write(`${out.paint(isOk ? 'green' : 'red', isOk ? '✔' : '✘')} ${escapeLine(text)}\n`);
  };
  tell(check.isOk ? 'well formed' : 'not well formed', check.isOk);
  if (tests !== null) tell(`${tests.passed} tests passed, ${tests.failed} failed`, tests.isOk);
  for (const problem of [...check.problems, ...(tests?.problems ?? [])])
    out.write(`  ${escapeLine(problem)}\n`);
  if (dryRun !== null) showReport(context, dryRun);
}

/** Rego and data below `scaling/` and `healing/`. */
function readDraft(folder: string): PolicyFileView[] {
  try {
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((path) => path.split(sep).join('/'))
      .filter((path) => /^(scaling|healing)\/[^/]+\.(rego|json)$/.test(path))
      .sort();
    if (paths.length > 0)
      return paths.map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));
  } catch (cause) {
    const detail = `${folder} cannot be read.`;
    throw new CliError({ code: 'input.malformed', detail, fix: 'Check its name.', exitCode: 2 }, { cause });
  }
  throw usageError(
    `${folder} has no scaling/*.rego and no healing/*.rego.`,
    'See what there is: crane policy ls',
  );
}
