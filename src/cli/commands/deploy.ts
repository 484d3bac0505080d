import type { Command } from 'commander';
import type { Api, DeployRequest } from '../calls/api.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { mentionsBuild } from '../build/mentions-build.ts';
import { addDeployOptions, findExisting, readRequest, type DeployOptions } from '../input/deploy-request.ts';
import { followOperation } from '../calls/follow-operation.ts';
import { usageError } from '../cli-error.ts';
import { readPercent } from '../input/read-percent.ts';
import { addExamples, addFormat, append, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { createProgressLines, type ProgressLines } from '../output/progress-lines.ts';
import { writeJson } from '../output/terminal.ts';
import { formatDuration } from '../output/units.ts';
import { renderWarning } from '../output/render-warning.ts';
import { probeUrl } from '../probe-url.ts';
import { showApp } from '../show-app.ts';
import type { AppView } from '../calls/views.ts';
import { waitUntil } from '../wait-until.ts';

type Options = FormatOptions &
  DeployOptions & { wait: boolean; dryRun?: boolean; build?: boolean; canary?: number };

export function declare(command: Command, context: CliContext): void {
  addDeployOptions(command)
    .option('--build', 'build also what has an image already')
    .option('--dry-run', 'show what would change and do nothing')
    .option(
      '--canary <percent>',
      'try it beside the release that serves, with so many of 100 requests',
      readPercent(1),
    )
    .option('--secret <name=file>', 'give the app a secret; - = stdin; repeat for more', append)
    .option('--wait', 'wait until the app runs (default)', true)
    .option('--no-wait', 'print what was accepted and do not wait');
  addExamples(addFormat(command), [
    ['crane deploy', 'the compose file of this folder'],
    ['crane deploy -f compose.yaml -f prod.yaml --name shop', ''],
    ['crane deploy --build', 'build again what is built, whatever image is here'],
    ['crane deploy --canary 10', 'try the new release; then crane canary, promote or abort'],
    [
      'crane deploy --secret db-password=./password.txt',
      'with what the file leaves to Crane (external: true)',
    ],
    ['crane deploy --app shop-1 --json', 'a new release of an app, for scripts'],
  ]).action(async (options: Options) => deploy(context, options));
}

async function deploy(context: CliContext, options: Options): Promise<void> {
  const { terminal, signal } = context;
  const asked = { ...(await readRequest(context, options)), ...(await secretsOf(context, options)) };
  const api = connect(context);
  const isBuilding = options.build === true;
  if (options.dryRun === true) {
    const { showPreview } = await import('../output/show-preview.ts');
    const request = isBuilding ? { ...asked, isBuilding } : asked;
    return showPreview(
      context,
      await api.plan(await findExisting(api, options.app, asked.name), request),
      options,
    );
  }
  const lines = createProgressLines(terminal.err);
  const accepted = await send(api, asked, options, lines);
  for (const warning of accepted.warnings) terminal.err.write(renderWarning(terminal.err, warning));
  const { app, operation } = accepted;
  if (!options.wait) {
    if (isJson(options)) writeJson(terminal.out, { ...app, operation });
    else terminal.out.write(`${app.uniqueName}\n`);
    return;
  }
  lines.say(`${app.release === null ? 'Deploying' : 'Updating'} ${escapeLine(app.uniqueName)}`);
  await followOperation(api, operation, { lines, signal });
  const deployed = await api.app(app.uniqueName);
  await awaitFirstAnswer(api, deployed, lines, signal);
  showApp(context, deployed, { json: isJson(options) });
}

async function secretsOf(
  context: CliContext,
  { secret = [] }: Options,
): Promise<Pick<DeployRequest, 'secrets'>> {
  if (secret.length === 0) return {};
  const { readSecrets } = await import('../input/read-secret.ts');
  return { secrets: await readSecrets(context, secret) };
}

/** Most deployments are one call; which app is meant has to be known before a build or a canary is asked for. */
async function send(
  api: Api,
  asked: DeployRequest,
  options: Options,
  lines: ProgressLines,
): ReturnType<Api['create']> {
  const { app, canary, build: isBuilding = false } = options;
  const isPlain = canary === undefined && !isBuilding && !mentionsBuild(asked);
  if (isPlain)
    return app === undefined ? api.create({ ...asked, isUpdating: true }) : api.redeploy(app, asked);
  const existing = await findExisting(api, app, asked.name);
  const { sendBuilds } = await import('../build/send-builds.ts');
  const built = await sendBuilds(api, asked, { existing, isBuilding, lines });
  const request = { ...built, canary };
  if (existing === null && canary !== undefined)
    throw usageError('--canary: there is no app of this name yet; deploy it without first.');
  return existing === null ? api.create(request) : api.redeploy(existing, request);
}

const firstAnswerMs = 5000;

/** What the person will do next: ask the URL. Says so when nothing sensible answers; the deployment stands all the same. */
async function awaitFirstAnswer(
  api: Api,
  app: AppView,
  lines: ProgressLines,
  signal: AbortSignal,
): Promise<void> {
  if (app.url === null) return;
  const { url } = app;
  const authority = url.startsWith('https:') ? (await api.authority.show()).certificate : undefined;
  let last = 'no answer';
  const answer = await waitUntil(
    async () => {
      const probe = await probeUrl(url, { timeoutMs: 2000, signal, authority });
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
