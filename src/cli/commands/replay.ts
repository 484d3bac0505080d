import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { parseWhole } from '../input/duration.ts';
import { addExamples, addFormat, append, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import { formatClock } from '../output/units.ts';
import type { ReplayReportView, ReplayView } from '../calls/scaling-calls.ts';

type Options = FormatOptions & { set?: string[]; limit: string; current?: true };

export function declare(command: Command, context: CliContext): void {
  command
    .argument('[decision or app]', 'id of a decision; or an app, or nothing: the newest decisions')
    .option('--set <path=value>', 'set a member of the input; repeat for more', append)
    .option('--limit <number>', 'how many of the newest decisions', '500');
  command.option('--current', 'ask the policy in force now, not the one that decided then');
  addExamples(addFormat(command), [
    ['crane replay d-01k2', 'the same input again: the same verdict?'],
    ['crane replay d-01k2 --set input.signals.requestsPerSecond.value=300', 'what if'],
    ['crane replay d-01k2 --set bounds.max=10 --set steering.mode=auto', ''],
    ['crane replay shop-1', 'its last decisions by the policies that made them: the same?'],
    ['crane replay shop-1 --current', 'how many would be different by the policy in force now'],
  ]).action(async (ref: string | undefined, options: Options) => {
    if (ref?.startsWith('d-') === true) await replayOne(context, ref, options);
    else await replayMany(context, ref, options);
  });
}

async function replayOne(context: CliContext, id: string, options: Options): Promise<void> {
  const { out } = context.terminal;
  const replay = await connect(context).scaling.replay(id, {
    set: parseEdits(options.set ?? []),
    ...policyOf(options),
  });
  if (isJson(options)) return writeJson(out, replay);
  const verdict = replay.isSame ? out.paint('green', 'The same.') : out.paint('yellow', 'Different.');
  out.write(`${verdict} ${escapeLine(`${replay.app}/${replay.service}, ${replay.id}`)}\n\n`);
  const rows = (['recorded', 'replayed'] as const).map((side) => ({ side, ...replay[side] }));
  out.write(
    renderTable(
      out,
      [
        { title: '', cell: ({ side }) => side },
        { title: 'WISH', cell: ({ wish }) => wish },
        { title: 'REPLICAS', cell: ({ to }) => to, align: 'right' },
        { title: 'POLICY', cell: ({ policyRevision }) => policyRevision },
        {
          title: 'REASON',
          cell: ({ reason, clamps }) => [reason, ...clamps.map(({ text }) => text)].join('; '),
        },
      ],
      rows,
    ),
  );
}

async function replayMany(context: CliContext, app: string | undefined, options: Options): Promise<void> {
  const { out } = context.terminal;
  if (options.set !== undefined)
    throw usageError('--set needs one decision.', 'Write it as: crane replay d-01k2 --set bounds.max=10');
  const limit = parseWhole(options.limit, '--limit', { min: 1, max: 1000 });
  const report = await connect(context).scaling.replayMany({
    limit,
    ...policyOf(options),
    ...(app === undefined ? {} : { app }),
  });
  if (isJson(options)) return writeJson(out, report);
  showReport(context, report);
}

const policyOf = ({ current }: Options): { policy?: 'current' } =>
  current === true ? { policy: 'current' } : {};

/** "3 of 500 would be different", and which. */
export function showReport({ terminal: { out } }: CliContext, report: ReplayReportView): void {
  out.write(`${report.differ} of ${report.replayed} decisions would be different.\n`);
  if (report.different.length === 0) return;
  out.write(
    `\n${renderTable<ReplayView>(
      out,
      [
        { title: 'TIME', cell: ({ at }) => formatClock(at) },
        { title: 'ID', cell: ({ id }) => id },
        { title: 'APP', cell: ({ app, service }) => `${app}/${service}` },
        { title: 'DIFFERENCE', cell: ({ differences }) => differences.join('; ') },
      ],
      report.different,
    )}`,
  );
}

/** `bounds.max=10` → `{ 'bounds.max': 10 }`; what is no JSON is text. @throws usage error. */
export function parseEdits(pairs: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, path, text] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
      if (path === undefined || text === undefined)
        throw usageError(
          `${JSON.stringify(pair.slice(0, 80))} is not PATH=VALUE.`,
          'Write it as signals.requestsPerSecond.value=300.',
        );
      return [path, valueOf(text)];
    }),
  );
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
