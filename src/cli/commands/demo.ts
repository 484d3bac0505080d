import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import type { Api } from '../calls/api.ts';
import { CliError, exitCodes } from '../cli-error.ts';
import { readComposeFiles } from '../input/compose-files.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { emptyReport, renderDemo, type DemoReport } from '../demo/demo-report.ts';
import { runDemo } from '../demo/run-demo.ts';
import { createTimeline } from '../demo/timeline.ts';
import { parseSomeDuration, parseSomeRate } from '../input/duration.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { printProblem } from '../output/print-problem.ts';
import { createProgressLines } from '../output/progress-lines.ts';
import { writeJson } from '../output/terminal.ts';
import { bringUp } from '../platform/bring-up.ts';
import { probeUrl } from '../probe-url.ts';
import { takeDown } from './down.ts';

type Options = FormatOptions & { down?: boolean; rate: string; duration: string };

export function declare(command: Command, context: CliContext): void {
  command
    .option('--down', 'take the platform down at the end')
    .option('--rate <requests>', 'requests per second of the load', '200')
    .option('--duration <time>', 'how long the load lasts', '20s');
  addExamples(addFormat(command), [
    ['crane demo', 'a live timeline; leaves the platform running'],
    ['crane demo --json --down', 'for scripts: exit code 0 only when every step was seen'],
  ]).action(async (options: Options) => demo(context, options));
}

async function demo(context: CliContext, options: Options): Promise<void> {
  const { terminal, signal } = context;
  const load = {
    rate: parseSomeRate(options.rate, '--rate'),
    durationMs: parseSomeDuration(options.duration, '--duration'),
  };
  const startedAt = Date.now();
  const lines = createProgressLines(terminal.err);
  const timeline = createTimeline(terminal.err, lines, startedAt);
  const report = emptyReport();
  let urls: [string, string][] = [];
  lines.say(
    'The platform comes up; an app is deployed, loaded until it grows, left alone until it shrinks, and crashed.',
  );
  try {
    const { url } = await bringUp(context, lines);
    const api = connect(context, { url, token: context.settings.token(url) });
    await runDemo({
      api,
      lines,
      timeline,
      report,
      signal,
      probe: async (target, path) => probeUrl(target, { path, timeoutMs: 2000, signal }),
      now: () => Date.now(),
      request: await sampleApp(context),
      load,
      startedAt,
    });
    if (!signal.aborted && options.down === true) await takeDown(context, {});
    else if (!signal.aborted) urls = await urlsOf(api, report);
  } finally {
    lines.end();
  }
  if (isJson(options)) writeJson(terminal.out, report);
  else if (!signal.aborted) terminal.out.write(renderDemo(terminal.out, report, urls));
  if (report.error !== undefined) {
    const error = new CliError({
      ...report.error,
      code: report.error.code ?? 'internal',
      detail: report.error.detail ?? '',
    });
    printProblem(terminal.err, error, { json: false });
  }
  if (signal.aborted) context.setExitCode(exitCodes.interrupted);
  else if (!report.ok) context.setExitCode(exitCodes.failed);
}

/** Where a person can look: the app, the control plane, and the parts that show something. */
async function urlsOf(api: Api, report: DemoReport): Promise<[string, string][]> {
  const { parts } = await api.status();
  const shown = parts.flatMap((part): [string, string][] =>
    part.url === null ? [] : [[part.name, part.url]],
  );
  return [
    ...(report.url === null ? [] : [['app', report.url] satisfies [string, string]]),
    ['control plane', api.url],
    ...shown,
  ];
}

async function sampleApp({ mainFile }: CliContext) {
  const folder = join(dirname(dirname(mainFile)), 'examples', 'whoami');
  const { files, support } = await readComposeFiles({ paths: ['compose.yaml'], folder, envFiles: [] });
  return { name: 'whoami', files, support, environment: {}, profiles: [] };
}
