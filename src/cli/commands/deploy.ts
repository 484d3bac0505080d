import { basename, dirname, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { parse } from 'yaml';
import type { Api, DeployRequest } from '../api.ts';
import { CliError } from '../cli-error.ts';
import { findComposeFiles, readComposeFiles } from '../compose-files.ts';
import { connect } from '../connect.ts';
import type { CliContext } from '../context.ts';
import { followOperation } from '../follow-operation.ts';
import { addExamples, addFormat, append, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { createProgressLines, type ProgressLines } from '../output/progress-lines.ts';
import { writeJson, type Stream } from '../output/terminal.ts';
import { formatDuration } from '../output/units.ts';
import { probeUrl } from '../probe-url.ts';
import { showApp } from '../show-app.ts';
import type { AppView, WarningView } from '../views.ts';
import { waitUntil } from '../wait-until.ts';

type Options = FormatOptions & {
  file?: string[];
  name?: string;
  app?: string;
  wait: boolean;
  profile?: string[];
  envFile?: string[];
  pull?: 'missing' | 'always' | 'never';
};

export function declare(command: Command, context: CliContext): void {
  command
    .option(
      '-f, --file <file>',
      'compose file; repeat to merge several (COMPOSE_FILE, else compose.yaml here)',
      append,
    )
    .option('--name <name>', 'name of the app; else the name in the file, else of its folder')
    .option('--app <app>', 'bring this app to the file, whatever its name')
    .option(
      '--profile <profile>',
      'also services of this profile; repeat for more (COMPOSE_PROFILES)',
      append,
    )
    .option(
      '--env-file <file>',
      'variables of this file in place of .env; repeat for more (COMPOSE_ENV_FILES)',
      append,
    )
    .addOption(new Option('--pull <when>', 'when to pull images').choices(['missing', 'always', 'never']))
    .option('--wait', 'wait until the app runs (default)', true)
    .option('--no-wait', 'print what was accepted and do not wait');
  addExamples(addFormat(command), [
    ['crane deploy', 'the compose file of this folder'],
    ['crane deploy -f compose.yaml -f prod.yaml --name shop', ''],
    ['crane deploy --app shop-1 --json', 'a new release of an app, for scripts'],
  ]).action(async (options: Options) => deploy(context, options));
}

async function deploy(context: CliContext, options: Options): Promise<void> {
  const { terminal, signal } = context;
  const request = readRequest(context, options);
  const api = connect(context);
  const existing = await findExisting(api, options.app, request.name);
  const accepted = existing === null ? await api.create(request) : await api.redeploy(existing, request);
  for (const warning of accepted.warnings) terminal.err.write(renderWarning(terminal.err, warning));
  const { app, operation } = accepted;
  if (!options.wait) {
    if (isJson(options)) writeJson(terminal.out, { ...app, operation });
    else terminal.out.write(`${app.uniqueName}\n`);
    return;
  }
  const lines = createProgressLines(terminal.err);
  lines.say(`${existing === null ? 'Deploying' : 'Updating'} ${escapeLine(app.uniqueName)}`);
  await followOperation(api, operation, { lines, signal });
  const deployed = await api.app(app.uniqueName);
  await awaitFirstAnswer(deployed, lines, signal);
  showApp(context, deployed, { json: isJson(options) });
}

function renderWarning(err: Stream, { place, message, fix }: WarningView): string {
  const advice = fix === undefined ? '' : ` (${fix})`;
  return `${err.paint('yellow', 'warning:')} ${escapeLine(`${place} ${message}${advice}`)}\n`;
}

/** Compose files, what they refer to, and the variables they name. */
function readRequest({ settings }: CliContext, options: Options): DeployRequest {
  const folder = process.cwd();
  const { compose } = settings;
  const paths = options.file ?? compose.files;
  const { files, support, variables } = readComposeFiles({
    paths,
    folder,
    envFiles: options.envFile ?? compose.envFiles,
  });
  const first = paths[0] ?? findComposeFiles(folder)?.[0] ?? folder;
  return {
    name: options.name ?? projectName(files[0]?.text ?? '', dirname(resolve(folder, first))),
    files,
    support,
    environment: settings.variables(variables),
    profiles: options.profile ?? compose.profiles,
    pull: options.pull,
  };
}

/**
 * As Compose finds it: the `name` of the file, else the name of its folder with what no name may hold left out. Undefined
 * when the file's name needs interpolation: then the control plane finds it.
 */
export function projectName(text: string, folder: string): string | undefined {
  let document: unknown;
  try {
    document = parse(text);
  } catch {
    document = null;
  }
  const name =
    typeof document === 'object' && document !== null && 'name' in document ? document.name : undefined;
  if (typeof name === 'string') return name.includes('$') ? undefined : name;
  const cleaned = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/-+/g, '-')
    .replace(/^[^a-z]+|-$/g, '');
  return cleaned === '' ? 'app' : cleaned.slice(0, 40);
}

/** The own app of this name, to be brought to the new file; null when there is none. @throws CliError when there are several. */
async function findExisting(
  api: Api,
  app: string | undefined,
  name: string | undefined,
): Promise<string | null> {
  if (app !== undefined) return (await api.app(app)).uniqueName;
  if (name === undefined) return null;
  const [me, apps] = await Promise.all([api.me(), api.apps()]);
  const own = apps.filter(
    (each) => each.name === name && each.owner === me.name && each.state !== 'deleting',
  );
  if (own.length > 1) {
    throw new CliError({
      code: 'input.invalid',
      detail: `Several of your apps are named ${name}: ${own.map((each) => each.uniqueName).join(', ')}.`,
      fix: `Say which with --app ${own[0]?.uniqueName ?? 'APP'}, or choose another --name.`,
    });
  }
  return own[0]?.uniqueName ?? null;
}

const firstAnswerMs = 5000;

/** What the person will do next: ask the URL. Says so when nothing sensible answers; the deployment stands all the same. */
async function awaitFirstAnswer(app: AppView, lines: ProgressLines, signal: AbortSignal): Promise<void> {
  if (app.url === null) return;
  const { url } = app;
  let last = 'no answer';
  const answer = await waitUntil(
    async () => {
      const probe = await probeUrl(url, { timeoutMs: 2000, signal });
      if (probe !== null) last = `status ${probe.status}`;
      return probe !== null && probe.status < 500 ? probe : null;
    },
    { timeoutMs: firstAnswerMs, everyMs: 100, signal },
  );
  const text =
    answer === null
      ? `${url} gave ${last} within ${formatDuration(firstAnswerMs)}`
      : `${url} answers ${answer.status}`;
  lines.show({
    step: 'answer',
    state: answer === null ? 'failed' : 'done',
    text,
    elapsedMs: answer?.tookMs ?? firstAnswerMs,
  });
  lines.end();
}
