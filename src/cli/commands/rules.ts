import { Argument, Option, type Command } from 'commander';
import type { Api } from '../calls/api.ts';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { parseDuration, parseWhole } from '../input/duration.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import { formatClock, formatDuration } from '../output/units.ts';
import type { RuleInput, RulePreviewView, RuleSetView, RuleView } from '../calls/rule-calls.ts';
import { parseServiceRef } from '../input/service-ref.ts';
import { soleService } from '../input/sole-service.ts';

const presets = {
  'requests-per-second': null,
  p95: null,
  'error-rate': 0.05,
  'in-flight': null,
  cpu: 90,
  memory: 90,
  down: 0,
  unhealthy: 0,
  'crash-loop': 3,
} as const;
type Preset = keyof typeof presets;
const actions = ['ls', 'add', 'rm', 'preview', 'history', 'rollback'] as const;
const severities = ['info', 'warning', 'critical'] as const;

type Options = FormatOptions & {
  preset?: Preset;
  above?: string;
  promql?: string;
  for: string;
  severity: (typeof severities)[number];
};
type Ref = ReturnType<typeof parseServiceRef>;

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app[/service]>', 'an app, or the service that a rule is about')
    .addArgument(new Argument('[action]', 'what to do').choices(actions).default('ls'))
    .argument('[name or version]', 'name of the rule; rollback: a version, else the one before')
    .addOption(new Option('--preset <preset>', 'a ready condition').choices(Object.keys(presets)))
    .option('--above <number>', 'fires above this; with down: at or below so many ready replicas')
    .option('--promql <expression>', 'a condition in PromQL; Crane holds every selector to the app')
    .option('--for <time>', 'it must hold so long', '0s')
    .addOption(
      new Option('--severity <severity>', 'label of the alert').choices(severities).default('warning'),
    );
  addExamples(addFormat(command), [
    ['crane rules shop-1 add slow --preset p95 --above 300 --for 30s', 'p95 above 300 ms'],
    ["crane rules shop-1/web preview queue --promql 'queue_length > 100'", 'when it would have fired'],
    ['crane rules shop-1', 'the rules in force'],
    ['crane rules shop-1 history', 'every version: who, when, what'],
    ['crane rules shop-1 rollback', 'undo the last change'],
  ]).action(
    async (ref: string, action: (typeof actions)[number], what: string | undefined, options: Options) => {
      await act[action](context, connect(context), { ...parseServiceRef(ref), what }, options);
    },
  );
}

type Act = (
  context: CliContext,
  api: Api,
  place: Ref & { what: string | undefined },
  options: Options,
) => Promise<void>;

const act: Record<(typeof actions)[number], Act> = {
  ls: async (context, api, { app }, options) => show(context, await api.rules.list(app), options),
  add: async (context, api, place, options) => {
    const rule = await ruleOf(api, place, options);
    show(context, await api.rules.add(place.app, rule), options);
  },
  preview: async (context, api, place, options) => {
    const rule = await ruleOf(api, place, options);
    showPreview(context, await api.rules.preview(place.app, rule), options);
  },
  rm: async (context, api, { app, what }, options) => {
    if (what === undefined)
      throw usageError('rm needs the name of a rule.', `List them with: crane rules ${app}`);
    show(context, await api.rules.remove(app, what), options);
  },
  history: async (context, api, { app }, options) => {
    showHistory(context, await api.rules.history(app), options);
  },
  rollback: async (context, api, { app, what }, options) => {
    const version =
      what === undefined ? undefined : parseWhole(what, 'the version', { min: 0, max: 999_999_999 });
    show(context, await api.rules.rollback(app, version), options);
  },
};

async function ruleOf(
  api: Api,
  { app, service, what }: Ref & { what: string | undefined },
  { preset, above, promql, ...rest }: Options,
): Promise<RuleInput> {
  if (what === undefined)
    throw usageError('A rule needs a name.', 'Write it as: crane rules shop-1 add slow …');
  if ((preset === undefined) === (promql === undefined))
    throw usageError('A rule needs one of --preset and --promql.', 'Write it as --preset p95 --above 300.');
  const forMs = Math.round(parseDuration(rest.for, '--for'));
  const common = {
    name: what,
    service: service ?? (await soleService(api, app)),
    forMs,
    severity: rest.severity,
  };
  if (promql !== undefined) return { ...common, kind: 'promql', expr: promql };
  if (preset === undefined) throw usageError('A rule needs a condition.');
  const threshold = above === undefined ? presets[preset] : Number(above.trim() === '' ? NaN : above);
  if (threshold === null || !Number.isFinite(threshold))
    throw usageError(`--preset ${preset} needs --above with a number.`, 'Write it as --above 300.');
  return { ...common, kind: 'preset', preset, above: threshold };
}

function show({ terminal: { out } }: CliContext, set: RuleSetView, options: Options): void {
  if (isJson(options)) return writeJson(out, set);
  out.write(
    renderTable<RuleView>(
      out,
      [
        { title: 'NAME', cell: ({ name }) => name },
        { title: 'SERVICE', cell: ({ service }) => service },
        {
          title: 'CONDITION',
          cell: (rule) =>
            rule.kind === 'promql'
              ? rule.expr
              : `${rule.preset} ${rule.preset === 'down' ? '≤' : '>'} ${rule.above}`,
        },
        { title: 'FOR', cell: ({ forMs }) => formatDuration(forMs) },
        { title: 'SEVERITY', cell: ({ severity }) => severity },
      ],
      set.rules,
    ),
  );
  out.write(`\nVersion ${set.version}${set.note === '' ? '' : `: ${set.note} by ${set.by}`}\n`);
}

function showPreview({ terminal: { out } }: CliContext, preview: RulePreviewView, options: Options): void {
  if (isJson(options)) return writeJson(out, preview);
  const times = preview.firings.map(
    ({ from, to }) => `${formatClock(from)} to ${to === null ? 'now' : formatClock(to)}`,
  );
  const total = formatDuration(preview.firingMs);
  out.write(`${preview.expr}\n\n`);
  out.write(
    times.length === 0
      ? 'It would not have fired in the last hour.\n'
      : `In the last hour it would have fired ${times.length} times, ${total} in all: ${times.slice(0, 10).join(', ')}${times.length > 10 ? ', …' : ''}\n`,
  );
  if (preview.seriesNow > 1) out.write(`It gives ${preview.seriesNow} series now: one alert each.\n`);
  out.write('Nothing was stored.\n');
}

function showHistory({ terminal: { out } }: CliContext, sets: RuleSetView[], options: Options): void {
  if (isJson(options)) return writeJson(out, sets);
  out.write(
    renderTable<RuleSetView>(
      out,
      [
        { title: 'VERSION', cell: ({ version }) => version, align: 'right' },
        { title: 'WHEN', cell: ({ at }) => new Date(at).toISOString().slice(0, 19).replace('T', ' ') },
        { title: 'BY', cell: ({ by }) => by },
        { title: 'CHANGE', cell: ({ note }) => note },
        { title: 'RULES', cell: ({ rules }) => rules.map(({ name }) => name).join(', ') },
      ],
      sets,
    ),
  );
}
