import type { Command } from 'commander';
import type { Api } from '../calls/api.ts';
import { CliError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { writeJson } from '../output/terminal.ts';
import { wrapText } from '../output/wrap-text.ts';
import type { ExplanationView } from '../calls/views.ts';

type Options = FormatOptions & { verbose?: boolean };

const titleWidth = 8;

export function declare(command: Command, context: CliContext): void {
  command
    .argument(
      '[decision or app]',
      'id of a decision, or an app: its last change; without it the last change of all',
    )
    .option('-v, --verbose', 'also the exact data: the alert, the input of the policy and its output');
  addExamples(addFormat(command), [
    ['crane explain shop-1', 'why its replicas changed last'],
    ['crane explain d-01k2 --json', 'everything about one decision'],
  ]).action(async (ref: string | undefined, options: Options) => explain(context, ref, options));
}

async function explain(context: CliContext, ref: string | undefined, options: Options): Promise<void> {
  const { out } = context.terminal;
  const api = connect(context);
  const explanation = await api.decision(await findDecision(api, ref));
  if (isJson(options)) return writeJson(out, explanation);
  out.write(`${out.paint('bold', wrapText(out, escapeLine(explanation.sentence), 0))}\n\n`);
  const { signal, alert, policy, bound, effect } = explanation.parts;
  for (const part of [signal, alert, policy, bound, effect]) {
    const text = wrapText(out, escapeLine(part.text), titleWidth + 4);
    out.write(`  ${out.paint('cyan', escapeLine(part.title).padEnd(titleWidth))}  ${text}\n`);
    if (options.verbose === true) out.write(renderData(part.data));
  }
  out.write(`\n${out.paint('dim', footer(explanation))}\n`);
}

function footer({ decision }: ExplanationView): string {
  return escapeLine(
    `${decision.id}, ${new Date(decision.at).toISOString()}, trigger ${decision.trigger}, effect ${decision.effect.status}`,
  );
}

function renderData(data: Record<string, unknown>): string {
  return JSON.stringify(data, null, 2)
    .split('\n')
    .map((line) => `            ${escapeLine(line.trimStart()).padStart(line.length)}\n`)
    .join('');
}

/** The id itself, or that of the newest change of the app; a hold when it never changed. */
async function findDecision(api: Api, ref: string | undefined): Promise<string> {
  if (ref?.startsWith('d-') === true) return ref;
  for (const onlyChanges of [true, false]) {
    const [newest] = await api.decisions({ app: ref, onlyChanges, limit: 1 });
    if (newest) return newest.id;
  }
  throw new CliError({
    code: 'decision.not_found',
    detail: ref === undefined ? 'Nothing was decided yet.' : `Nothing was decided about ${ref} yet.`,
    fix: 'Send it some load: crane load APP --rate 200 --duration 20s',
  });
}
