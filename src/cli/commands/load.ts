import { existsSync, readFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import type { Api } from '../calls/api.ts';
import { CliError, exitCodes, usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { parseRate, parseSomeDuration, parseSomeRate, parseWhole } from '../input/duration.ts';
import { followOperation } from '../calls/follow-operation.ts';
import { parseCurve, type CurvePhaseInput } from '../input/load-curve.ts';
import { parsePhases, type LoadPhase } from '../input/load-phases.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { createProgressLines, type ProgressLines } from '../output/progress-lines.ts';
import { renderLoadReport } from '../output/load-report.ts';
import { writeJson } from '../output/terminal.ts';
import { parseServiceRef } from '../input/service-ref.ts';
import type { OperationView } from '../calls/views.ts';

export type LoadOptions = FormatOptions & {
  rate?: string;
  duration?: string;
  rampTo?: string;
  phases?: string;
  rps?: string;
  path: string;
  method: 'GET' | 'POST';
  service?: string;
  connections?: string;
  timeout?: string;
};

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app[/service]>', 'an app, and a routed service of it where it has several')
    .option('--rps <load>', 'requests per second over time: 200/1m, 0..500/5m (ramp), several with commas')
    .option('--rate <requests>', 'requests per second, such as 200 or 200/s')
    .option('--duration <time>', 'how long, such as 20s', '20s')
    .option('--ramp-to <requests>', 'go from --rate to this rate in a straight line')
    .option(
      '--phases <file>',
      'phases of a YAML or JSON file in the words of Artillery: duration, arrivalRate, rampTo, pause',
    )
    .option('--path <path>', 'path to ask for', '/')
    .addOption(new Option('--method <method>', 'HTTP method').choices(['GET', 'POST']).default('GET'))
    .option('--service <service>', 'the routed service to load; the first one without it')
    .option('--connections <number>', 'at most so many kept-alive connections')
    .option('--timeout <time>', 'a request not answered by then is lost');
  addExamples(addFormat(command), [
    ['crane load shop-1 --rate 200 --duration 20s', ''],
    ['crane load shop-1 --rate 10 --ramp-to 300 --duration 1m', 'a ramp'],
    ['crane load shop-1/web --rps 20/10s,300/10s,20/20s', 'a spike, in the words of crane simulate'],
    ['crane load shop-1 --phases load.yaml --json', 'phases of a file'],
  ]).action(async (ref: string, options: LoadOptions) => sendLoad(context, ref, options));
}

/** @throws usage error unless exactly one of `--rate`, `--rps` and `--phases` is given. */
export function phasesOf(
  options: Pick<LoadOptions, 'rate' | 'duration' | 'rampTo' | 'phases' | 'rps'>,
): LoadPhase[] {
  const given = [options.rate, options.phases, options.rps].filter((option) => option !== undefined);
  if (given.length !== 1) {
    throw usageError(
      'One of --rate, --rps and --phases is needed.',
      'Write crane load APP --rate 200 --duration 20s',
    );
  }
  if (options.rps !== undefined) return parseCurve(options.rps, '--rps').map(phaseOf);
  if (options.phases !== undefined) {
    if (!existsSync(options.phases))
      throw usageError(`There is no file ${options.phases}.`, 'Check the path after --phases.');
    return parsePhases(readFileSync(options.phases, 'utf8'), options.phases);
  }
  const rate = options.rate ?? '';
  // A ramp may begin or end at rest, but not both.
  const toRate =
    options.rampTo === undefined ? parseSomeRate(rate, '--rate') : parseRate(options.rampTo, '--ramp-to');
  const fromRate = toRate === 0 ? parseSomeRate(rate, '--rate') : parseRate(rate, '--rate');
  return [{ durationMs: parseSomeDuration(options.duration ?? '20s', '--duration'), fromRate, toRate }];
}

function phaseOf({ durationMs, from, to, periodMs }: CurvePhaseInput): LoadPhase {
  if (periodMs === undefined || periodMs === null) return { durationMs, fromRate: from, toRate: to };
  throw usageError('A load cannot be a wave.', 'Write its ramps, as --rps 50..200/30s,200..50/30s');
}

async function sendLoad(context: CliContext, ref: string, options: LoadOptions): Promise<void> {
  const { terminal, signal } = context;
  const { app, service } = parseServiceRef(ref);
  if (service !== null && options.service !== undefined && options.service !== service)
    throw usageError(`Two services are named: ${service} and ${options.service}.`, 'Name one of them.');
  const request = {
    phases: phasesOf(options),
    path: options.path,
    method: options.method,
    service: service ?? options.service,
    connections:
      options.connections === undefined
        ? undefined
        : parseWhole(options.connections, '--connections', { min: 1, max: 1024 }),
    timeoutMs: options.timeout === undefined ? undefined : parseSomeDuration(options.timeout, '--timeout'),
  };
  const api = connect(context);
  const { id, operation } = await api.startLoad(app, request);
  await followLoad(context, api, operation, signal);
  const report = await api.load(app, id);
  if (isJson(options)) writeJson(terminal.out, report);
  else terminal.out.write(renderLoadReport(terminal.out, report));
}

/** Ctrl-C ends the load too: it was asked for by the one who now goes. */
async function followLoad(
  context: CliContext,
  api: Api,
  operation: OperationView,
  signal: AbortSignal,
): Promise<void> {
  try {
    const lines = createProgressLines(context.terminal.err);
    // What the last moving line said is in the report, exactly.
    const moving: ProgressLines = {
      ...lines,
      show: (progress) => (progress.state === 'done' ? lines.drop(progress.step) : lines.show(progress)),
    };
    await followOperation(api, operation, { lines: moving, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    await api.cancel(operation.id);
    throw new CliError({
      code: 'interrupted',
      detail: 'The load was cancelled.',
      exitCode: exitCodes.interrupted,
    });
  }
}
