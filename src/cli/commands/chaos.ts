import { Argument, type Command } from 'commander';
import { z } from 'zod';
import { CliError, exitCodes, usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import type { ChaosRequest } from '../calls/chaos-calls.ts';
import { parseSomeDuration } from '../input/duration.ts';
import { followOperation } from '../calls/follow-operation.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { createProgressLines } from '../output/progress-lines.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import { parseServiceRef } from '../input/service-ref.ts';
import type { OperationView } from '../calls/views.ts';

type Options = FormatOptions & { for: string; hypothesis?: string; check?: string };

const kinds = ['kill-one', 'kill-all', 'pause', 'failing-health', 'cpu', 'memory'] as const;

const outcome = z.looseObject({
  kind: z.string(),
  service: z.string(),
  hypothesis: z.string().nullable(),
  disturbed: z.array(z.string()),
  notUndone: z.array(z.string()),
  wanted: z.number(),
  minReady: z.number(),
  recoveredMs: z.number().nullable(),
  verdict: z.string(),
  checks: z.array(
    z.looseObject({
      signal: z.string(),
      below: z.number(),
      worst: z.number().nullable(),
      verdict: z.string(),
    }),
  ),
  decisions: z.array(z.string()),
});

export function declare(command: Command, context: CliContext): void {
  command
    .addArgument(new Argument('<kind>', 'what is done; ls lists trials').choices([...kinds, 'ls']))
    .argument('<app[/service]>', 'a service of an own app')
    .option('--for <time>', 'how long it lasts and is watched, at most 10m', '30s')
    .option('--hypothesis <text>', 'what you expect')
    .option('--check <checks>', 'what must hold all the time: p95<200ms,errors<1%,inFlight<10');
  addExamples(addFormat(command), [
    ['crane chaos kill-one shop-1/web --for 20s --check "errors<1%"', 'is one instance missed?'],
    [
      'crane chaos cpu shop-1/web --for 1m --hypothesis "the autoscaler adds replicas"',
      'a tenth of the CPU limit',
    ],
    ['crane chaos ls shop-1', 'trials and how they ended; end a running one with crane cancel ID'],
  ]).action(async (kind: (typeof kinds)[number] | 'ls', ref: string, options: Options) => {
    const { app, service } = parseServiceRef(ref);
    if (kind === 'ls') return listTrials(context, app, options);
    if (service === null) throw usageError('Name the service.', `crane chaos ${kind} ${app}/web`);
    return disturb(context, app, { kind, service, ...requestOf(options) }, options);
  });
}

function requestOf(options: Options): Omit<ChaosRequest, 'kind' | 'service'> {
  const { hypothesis, check } = options;
  return {
    forMs: parseSomeDuration(options.for, '--for'),
    ...(hypothesis === undefined ? {} : { hypothesis }),
    ...(check === undefined ? {} : { checks: parseChecks(check) }),
  };
}

type Check = NonNullable<ChaosRequest['checks']>[number];
const signals: Readonly<Record<string, { signal: Check['signal']; factor: number }>> = {
  p95: { signal: 'p95Ms', factor: 1 },
  errors: { signal: 'errorRate', factor: 0.01 },
  rps: { signal: 'requestsPerSecond', factor: 1 },
  inFlight: { signal: 'inFlight', factor: 1 },
  cpu: { signal: 'cpuPercent', factor: 1 },
  memory: { signal: 'memoryPercent', factor: 1 },
};

function parseChecks(text: string): Check[] {
  return text.split(',').map((part) => {
    const [, name = '', amount] = /^\s*([A-Za-z0-9]+)\s*<\s*(\d+(?:\.\d+)?)\s*(?:ms|%)?\s*$/.exec(part) ?? [];
    const known = signals[name];
    if (known === undefined || amount === undefined)
      throw usageError(
        `--check cannot be read (saw ${JSON.stringify(part.slice(0, 40))})`,
        `Write it as p95<200ms,errors<1%; names: ${Object.keys(signals).join(', ')}.`,
      );
    return { signal: known.signal, below: Number(amount) * known.factor };
  });
}

async function disturb(
  context: CliContext,
  app: string,
  request: ChaosRequest,
  options: Options,
): Promise<void> {
  const { terminal } = context;
  const { operation } = await connect(context).chaos.start(app, request);
  const ended = await followTrial(context, operation);
  const result = outcome.parse(ended.result);
  if (isJson(options)) writeJson(terminal.out, ended);
  else terminal.out.write(renderOutcome(result));
  if (result.verdict === 'broken')
    throw new CliError({
      code: 'chaos.broken',
      title: 'A check was broken',
      detail: 'A check did not hold.',
    });
}

/** Whoever interrupts it ends the disturbance too. */
async function followTrial(context: CliContext, operation: OperationView): Promise<OperationView> {
  const { terminal, signal } = context;
  const api = connect(context);
  try {
    return await followOperation(api, operation, { lines: createProgressLines(terminal.err), signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    await api.cancel(operation.id);
    throw new CliError({
      code: 'interrupted',
      detail: 'The trial was cancelled; what was disturbed is put back.',
      exitCode: exitCodes.interrupted,
    });
  }
}

function renderOutcome(result: z.output<typeof outcome>): string {
  const recovered =
    result.recoveredMs === null ? '' : `, whole again after ${(result.recoveredMs / 1000).toFixed(1)} s`;
  return [
    ...(result.hypothesis === null ? [] : [`Hypothesis: ${result.hypothesis}`]),
    `${result.kind} on ${result.disturbed.join(', ')}: at least ${result.minReady} of ${result.wanted} ready${recovered}`,
    ...result.checks.map(
      ({ signal, below, worst, verdict }) => `${signal} < ${below}: ${verdict}, worst ${worst ?? 'not seen'}`,
    ),
    `${result.decisions.length} decision(s) meanwhile${result.decisions.length === 0 ? '' : `: ${result.decisions.join(', ')}`}`,
    ...result.notUndone.map((text) => `NOT PUT BACK: ${text}`),
    '',
  ].join('\n');
}

async function listTrials(context: CliContext, app: string, options: Options): Promise<void> {
  const { out } = context.terminal;
  const items = await connect(context).chaos.list(app);
  if (isJson(options)) return writeJson(out, items);
  const of = ({ result }: OperationView): z.output<typeof outcome> | null =>
    outcome.safeParse(result).data ?? null;
  out.write(
    renderTable<OperationView>(
      out,
      [
        { title: 'ID', cell: (item) => item.id },
        { title: 'BEGAN', cell: (item) => new Date(item.createdAt).toISOString().slice(0, 19) },
        { title: 'STATUS', cell: (item) => item.status },
        { title: 'KIND', cell: (item) => of(item)?.kind ?? null },
        { title: 'SERVICE', cell: (item) => of(item)?.service ?? null },
        { title: 'MIN READY', cell: (item) => of(item)?.minReady ?? null, align: 'right' },
        { title: 'CHECKS', cell: (item) => of(item)?.verdict ?? item.error?.message ?? null },
      ],
      items,
    ),
  );
}
