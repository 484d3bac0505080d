import { Argument, type Command } from 'commander';
import type { Api } from '../calls/api.ts';
import { CliError, usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import type { LabBoardRowView, LabSummaryView, LabView } from '../calls/lab-calls.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { renderTable } from '../output/table.ts';
import { writeJson, type Stream } from '../output/terminal.ts';
import { formatAge } from '../output/units.ts';
import { wrapText } from '../output/wrap-text.ts';

type Call = { context: CliContext; api: Api; options: FormatOptions };

export function declare(command: Command, context: CliContext): void {
  command
    .addArgument(
      new Argument('[action]', 'what to do')
        .choices(['ls', 'start', 'show', 'hint', 'answer', 'board'])
        .default('ls'),
    )
    .argument('[lab]', 'name of the lab')
    .argument('[answer]', 'answer: what you think');
  addExamples(addFormat(command), [
    ['crane lab', 'which labs there are, and how far you are'],
    ['crane lab start first-deploy', 'begin, or begin anew; apps stay as they are'],
    ['crane lab show first-deploy', 'the step you are at; goals are checked by what really happened'],
    ['crane lab hint first-deploy', 'a hint for this step'],
    ['crane lab answer first-deploy 2', 'where a question is asked'],
    ['crane lab board', 'for admins: who met which goals'],
  ]).action(async (action: string, lab = '', answer = '', options: FormatOptions) => {
    const call = { context, api: connect(context), options };
    if (action === 'ls') return showAll(call, await call.api.labs.list());
    if (action === 'board') return showBoard(call, await call.api.labs.board());
    if (lab === '') throw usageError('Which lab is meant?', 'List them with: crane lab');
    if (action === 'start') return show(call, await call.api.labs.start(lab));
    if (action === 'show') return show(call, await call.api.labs.show(lab));
    const { api } = call;
    if (action === 'hint') return show(call, await api.labs.hint(lab, (await presentStep(api, lab)).id));
    return judge(call, lab, answer);
  });
}

/** The first step whose goal is not met. */
async function presentStep(api: Api, lab: string): Promise<LabView['steps'][number]> {
  const step = (await api.labs.show(lab)).steps.find(({ passedAt }) => passedAt === null);
  if (step !== undefined) return step;
  throw new CliError({
    code: 'usage',
    detail: `You have met all goals of ${lab}.`,
    fix: `Begin it anew with: crane lab start ${lab}`,
  });
}

async function judge(call: Call, lab: string, answer: string): Promise<void> {
  if (answer === '') throw usageError('What is your answer?', `Write: crane lab answer ${lab} ANSWER`);
  const questions = (await call.api.labs.show(lab)).steps.filter(({ isQuestion }) => isQuestion);
  const step = questions.find(({ passedAt }) => passedAt === null);
  if (step === undefined) throw usageError('No question is open.', `Look at: crane lab show ${lab}`);
  const judged = await call.api.labs.answer(lab, step.id, answer);
  if (judged.verdict !== 'right')
    throw new CliError({
      code: 'lab.answer',
      detail:
        judged.verdict === 'wrong'
          ? `${step.title} Not ${answer}.`
          : `${step.title} Nothing was recorded yet that the answer could be compared with.`,
      fix: `Look again, or ask: crane lab hint ${lab}`,
    });
  show(call, judged);
}

function showAll({ context: { terminal }, options }: Call, labs: readonly LabSummaryView[]): void {
  if (isJson(options)) return writeJson(terminal.out, labs);
  terminal.out.write(
    renderTable<LabSummaryView>(
      terminal.out,
      [
        { title: 'LAB', cell: ({ id }) => id },
        { title: 'LEVEL', cell: ({ level }) => level, align: 'right' },
        { title: 'MINUTES', cell: ({ minutes }) => minutes, align: 'right' },
        {
          title: 'GOALS',
          cell: ({ passed, steps, startedAt }) => (startedAt === null ? '–' : `${passed}/${steps}`),
          format: ({ finishedAt }) => (finishedAt === null ? null : 'green'),
        },
        { title: 'WHAT', cell: ({ title }) => title },
      ],
      labs,
    ),
  );
}

function showBoard({ context: { terminal }, options }: Call, rows: readonly LabBoardRowView[]): void {
  if (isJson(options)) return writeJson(terminal.out, rows);
  const now = Date.now();
  terminal.out.write(
    renderTable<LabBoardRowView>(
      terminal.out,
      [
        { title: 'PERSON', cell: ({ person }) => person },
        { title: 'LAB', cell: ({ lab }) => lab },
        { title: 'GOALS', cell: ({ passed, steps }) => `${passed}/${steps}` },
        { title: 'HINTS', cell: ({ hints }) => hints, align: 'right' },
        { title: 'BEGAN', cell: ({ startedAt }) => `${formatAge(now - startedAt)} ago` },
        {
          title: 'TOOK',
          cell: ({ startedAt, finishedAt }) =>
            finishedAt === null ? null : formatAge(finishedAt - startedAt),
        },
      ],
      rows,
    ),
  );
}

/** All goals in a line each, and the first that is not met in full. */
function show({ context: { terminal }, options }: Call, lab: LabView): void {
  const { out, err } = terminal;
  if (isJson(options)) return writeJson(out, lab);
  out.write(`${out.paint('bold', escapeLine(lab.title))}\n\n`);
  const present = lab.steps.find(({ passedAt }) => passedAt === null);
  for (const step of lab.steps) {
    const mark = step.passedAt === null ? (step === present ? '→' : '·') : out.paint('green', '✔');
    out.write(`${mark} ${escapeLine(step.title)}\n`);
    if (step === present) out.write(renderStep(out, step));
  }
  if (lab.lesson !== null) out.write(`\n${renderText(out, lab.lesson, 0)}\n`);
  if (lab.startedAt === null) err.write(`\nBegin with: crane lab start ${lab.id}\n`);
  else if (present?.isQuestion === true) err.write(`\nAnswer with: crane lab answer ${lab.id} ANSWER\n`);
  else if (present !== undefined) err.write(`\nWhen you have done it: crane lab show ${lab.id}\n`);
}

function renderStep(out: Stream, step: LabView['steps'][number]): string {
  const hints = step.hints.map((hint) => `\n${renderText(out, `Hint: ${hint}`, 2)}`);
  return `\n${renderText(out, step.text, 2)}${hints.join('')}\n`;
}

/** Paragraphs are wrapped; lines that begin with two spaces are commands and stay as they are. */
function renderText(out: Stream, text: string, indent: number): string {
  const edge = ' '.repeat(indent);
  return text
    .split('\n\n')
    .map((paragraph) =>
      paragraph.startsWith('  ')
        ? paragraph
            .split('\n')
            .map((line) => `${edge}  ${out.paint('cyan', escapeLine(line.trim()))}`)
            .join('\n')
        : edge + wrapText(out, escapeLine(paragraph.replaceAll('\n', ' ')), indent),
    )
    .join('\n\n')
    .concat('\n');
}
