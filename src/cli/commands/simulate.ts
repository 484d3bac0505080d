import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { parseDuration, parseSomeDuration, parseWhole } from '../input/duration.ts';
import { parseCurve, readCurveFile } from '../input/load-curve.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { renderTable } from '../output/table.ts';
import { writeJson, type Stream } from '../output/terminal.ts';
import { formatCount, formatDuration, formatOffset, sparkline } from '../output/units.ts';
import { readPolicyDraft } from '../input/policy-draft.ts';
import type { SimulateRequest, SimulationView } from '../calls/scaling-calls.ts';
import { parseServiceRef } from '../input/service-ref.ts';

type Options = FormatOptions & {
  rps?: string;
  file?: string;
  signal?: string;
  recorded?: string | true;
  replicas?: string;
  readyAfter: string;
  policy?: string;
};
type Step = SimulationView['steps'][number];

const signals = [
  'requestsPerSecond',
  'p95Ms',
  'errorRate',
  'inFlight',
  'cpuPercent',
  'memoryPercent',
] as const;
type SignalName = (typeof signals)[number];

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app[/service]>', 'an app, or one service of it')
    .option('--rps <load>', 'requests per second over time: 200/1m, 0..500/5m (ramp), 50~200@1m/10m (wave)')
    .option('--file <path>', 'load from a file of lines seconds,value')
    .option('--signal <name>', `what the load is of, in place of requests per second: ${signals.join(', ')}`)
    .option('--recorded [time]', 'the signals recorded in the last hour, or so long')
    .option('--replicas <number>', 'to begin with; else as wanted now')
    .option(
      '--policy <draft or revision>',
      'a .rego file or a folder, or a revision: 3 of the app, platform:3, shipped; else the policy in force',
    )
    .option('--ready-after <time>', 'how long a replica takes to answer', '1s');
  addExamples(addFormat(command), [
    ['crane simulate shop-1 --rps 0..500/5m', 'replicas over time, before it happens'],
    ['crane simulate shop-1/web --rps 50/1m,400/30s,50/3m --replicas 1', 'a spike'],
    ['crane simulate shop-1 --recorded 30m --json', 'what the policy would have done'],
    ['crane simulate shop-1 --rps 0..500/5m --policy mine.rego', 'a draft, before anything is saved'],
  ]).action(async (ref: string, options: Options) => simulate(context, ref, options));
}

async function simulate(context: CliContext, ref: string, options: Options): Promise<void> {
  const { app, service } = parseServiceRef(ref);
  const { out } = context.terminal;
  const simulation = await connect(context).scaling.simulate(app, {
    load: loadOf(options),
    readyMs: Math.round(parseDuration(options.readyAfter, '--ready-after')),
    ...(options.policy === undefined ? {} : { policy: policyOf(options.policy) }),
    ...(service === null ? {} : { service }),
    ...(options.replicas === undefined
      ? {}
      : { replicas: parseWhole(options.replicas, '--replicas', { min: 0, max: 1000 }) }),
  });
  if (isJson(options)) writeJson(out, simulation);
  else out.write(renderSimulation(out, simulation));
}

function loadOf({ rps, file, recorded, signal: named }: Options): SimulateRequest['load'] {
  if ([rps, file, recorded].filter((given) => given !== undefined).length !== 1)
    throw usageError(
      'Say which load: one of --rps, --file and --recorded.',
      'Write it as: crane simulate shop-1 --rps 0..500/5m',
    );
  const signal = signalOf(named);
  if (rps !== undefined) return { kind: 'phases', signal, phases: parseCurve(rps, '--rps') };
  if (file !== undefined) return { kind: 'points', signal, points: readCurveFile(file) };
  const lastMs = typeof recorded === 'string' ? parseSomeDuration(recorded, '--recorded') : 3_600_000;
  return { kind: 'recorded', lastMs };
}

function policyOf(text: string): NonNullable<SimulateRequest['policy']> {
  if (text === 'shipped') return { kind: 'revision', scope: 'platform', number: 0 };
  const [, platform, digits] = /^(platform:)?(\d{1,9})$/.exec(text) ?? [];
  if (digits !== undefined)
    return {
      kind: 'revision',
      scope: platform === undefined ? 'app' : 'platform',
      number: Number(digits),
    };
  const files = readPolicyDraft(text).filter(({ path }) => path.startsWith('scaling/'));
  if (files.length > 0) return { kind: 'draft', files };
  throw usageError(`${text} has nothing about scaling.`, 'A simulation is about scaling only.');
}

function signalOf(name = 'requestsPerSecond'): SignalName {
  const known = signals.find((signal) => signal === name);
  if (known !== undefined) return known;
  throw usageError(
    `--signal must be one of ${signals.join(', ')} (saw ${JSON.stringify(name)})`,
    'Choose one.',
  );
}

const chartWidth = 60;

function renderSimulation(out: Stream, { app, service, summary, steps, ...rest }: SimulationView): string {
  const { durationMs, changes, least, most, replicaHours, replicaHoursAtMax } = summary;
  const head = `${app}/${service} over ${formatDuration(durationMs)}, min ${rest.min}, max ${rest.max}, policy ${rest.policyRevision ?? 'not asked'}`;
  const load = (step: Step): number => Math.max(0, ...Object.values(step.load).map((value) => value ?? 0));
  const chart = [
    `load      ${sparkline(thinOut(steps.map(load)))}  up to ${formatCount(Math.round(Math.max(0, ...steps.map(load))))}`,
    `replicas  ${sparkline(thinOut(steps.map(({ replicas }) => replicas)))}  ${least} to ${most}`,
  ];
  const total = `${changes} changes; ${replicaHours} replica-hours, ${replicaHoursAtMax} at max all the time. Nothing was changed.`;
  const table = renderTable<Step>(
    out,
    [
      { title: 'AFTER', cell: ({ atMs }) => formatOffset(atMs).trim(), align: 'right' },
      { title: 'LOAD', cell: (step) => formatCount(Math.round(load(step))), align: 'right' },
      {
        title: 'REPLICAS',
        cell: ({ evaluated, replicas }) => `${evaluated?.from ?? replicas} → ${replicas}`,
      },
      { title: 'WISH', cell: ({ evaluated }) => evaluated?.wish ?? null, align: 'right' },
      {
        title: 'REASON',
        cell: ({ evaluated }) =>
          [evaluated?.reason, ...(evaluated?.clamps ?? []).map(({ text }) => text)].join('; '),
      },
    ],
    steps.filter(({ evaluated, replicas }) => evaluated !== null && evaluated.from !== replicas),
  );
  return `${out.paint('bold', head)}\n${chart.join('\n')}\n\n${changes === 0 ? '' : `${table}\n`}${total}\n`;
}

/** The highest of each stretch, so that a short spike stays visible. */
function thinOut(values: readonly number[]): number[] {
  const stretch = Math.max(1, Math.ceil(values.length / chartWidth));
  return Array.from({ length: Math.ceil(values.length / stretch) }, (_, index) =>
    Math.max(...values.slice(index * stretch, (index + 1) * stretch)),
  );
}
