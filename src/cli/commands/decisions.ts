import type { Command } from 'commander';
import type { Api } from '../calls/api.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { parseWhole } from '../input/duration.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { paintState } from '../output/paint-state.ts';
import { renderTable } from '../output/table.ts';
import { writeJson, writeJsonLine } from '../output/terminal.ts';
import { formatClock } from '../output/units.ts';
import type { DecisionView } from '../calls/views.ts';

type Options = FormatOptions & { follow?: boolean; limit: string; changes?: boolean };

export function declare(command: Command, context: CliContext): void {
  command
    .argument('[app]', 'only decisions about this app')
    .option('--changes', 'leave out what changed nothing')
    .option('--limit <number>', 'how many, the newest first', '20')
    .option('-f, --follow', 'go on with decisions from now on; with JSON one document per line');
  addExamples(addFormat(command), [
    ['crane decisions shop-1', ''],
    ['crane decisions shop-1 --changes --json', 'for scripts'],
    ['crane decisions --follow', 'of every app, as they are taken'],
  ]).action(async (app: string | undefined, options: Options) => {
    const api = connect(context);
    if (options.follow === true) await followDecisions(context, api, app, options);
    else await listDecisions(context, api, app, options);
  });
}

async function listDecisions(
  context: CliContext,
  api: Api,
  app: string | undefined,
  options: Options,
): Promise<void> {
  const { out } = context.terminal;
  const limit = parseWhole(options.limit, '--limit', { min: 1, max: 1000 });
  const decisions = await api.decisions({ app, onlyChanges: options.changes ?? false, limit });
  if (isJson(options)) return writeJson(out, decisions);
  out.write(
    renderTable<DecisionView>(
      out,
      [
        { title: 'TIME', cell: (item) => formatClock(item.at) },
        { title: 'ID', cell: (item) => item.id },
        { title: 'APP', cell: (item) => `${item.app}/${item.service}` },
        { title: 'TRIGGER', cell: (item) => item.trigger },
        { title: 'VERDICT', cell: verdictOf, format: (item) => paintState(item.verdict) },
        { title: 'EFFECT', cell: (item) => item.effect.status },
        {
          title: 'REASON',
          cell: ({ reason, clamps }) => [reason, ...clamps.map(({ text }) => text)].join('; '),
        },
      ],
      decisions,
    ),
  );
}

/** `scale-out 1→3`, `hold 2 (×14)`. */
function verdictOf({ verdict, from, to, repeats }: DecisionView): string {
  const change = from === to ? `${to}` : `${from}→${to}`;
  return `${verdict} ${change}${repeats > 0 ? ` (×${repeats + 1})` : ''}`;
}

async function followDecisions(
  context: CliContext,
  api: Api,
  app: string | undefined,
  options: Options,
): Promise<void> {
  const { terminal, signal } = context;
  const wanted = app === undefined ? null : (await api.app(app)).uniqueName;
  try {
    for await (const event of api.feed(null, signal)) {
      const id = event.data['decision'];
      if (event.kind !== 'decision' || typeof id !== 'string') continue;
      if (wanted !== null && event.app !== wanted) continue;
      const { decision, sentence } = await api.decision(id);
      if (options.changes === true && decision.verdict === 'hold') continue;
      if (isJson(options)) writeJsonLine(terminal.out, decision);
      else
        terminal.out.write(
          `${formatClock(decision.at)}  ${escapeLine(decision.id)}  ${escapeLine(sentence)}\n`,
        );
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
