import type { DeployRequest } from '../calls/api.ts';
import { followOperation } from '../calls/follow-operation.ts';
import type { AppView, OperationView } from '../calls/views.ts';
import { waitUntil } from '../wait-until.ts';
import { see, type DemoContext } from './demo-context.ts';

const firstAnswerMs = 60_000;
const everyMs = 25;

/** The own app of an earlier demo, if one is there. */
async function findApp({ api }: DemoContext, name: string | undefined): Promise<AppView | null> {
  const [me, apps] = await Promise.all([api.me(), api.apps()]);
  return (
    apps.findLast((app) => app.name === name && app.owner === me.name && app.state !== 'deleting') ?? null
  );
}

/** The first 200 through the router, told at once; resolves with its time, or null. */
async function firstAnswer(
  { api, probe, now, signal, timeline }: DemoContext,
  app: string,
): Promise<{ at: number; url: string } | null> {
  let url: string | null = null;
  return waitUntil(
    async () => {
      url ??= (await api.app(app)).url;
      if (url === null) return null;
      const answer = await probe(url, '/');
      if (answer?.status !== 200) return null;
      const at = now();
      timeline.add(at, 'first.answer', `${url} answers 200`);
      return { at, url };
    },
    { timeoutMs: firstAnswerMs, everyMs, signal },
  );
}

/** Follows the deployment on one moving line; what is worth keeping comes by the feed. */
async function follow({ api, lines, signal }: DemoContext, operation: OperationView): Promise<void> {
  const quiet = { ...lines, show: () => {}, end: () => lines.drop('deploy') };
  await followOperation(api, operation, {
    lines: quiet,
    signal,
    onEvent: (event) => lines.show({ step: 'deploy', state: 'progress', text: `Deploying: ${event.text}` }),
  });
}

/** An earlier run may have left more instances than the least: the demo begins with the least. */
async function shrink(context: DemoContext, app: AppView): Promise<void> {
  const wide = app.services.filter((service) => service.replicas > service.min);
  if (wide.length === 0) return;
  const { operation } = await context.api.scale(
    app.uniqueName,
    Object.fromEntries(wide.map((service) => [service.name, service.min])),
  );
  await follow(context, operation);
}

/**
 * Deploys the app and waits for its first answer. A new app counts from the request to its first 200; one that ran
 * already answers all the time, so there the 200 must come after the new release is complete.
 * @throws CliError when the deployment fails.
 */
export async function deployAct(context: DemoContext, request: DeployRequest): Promise<AppView> {
  const { api, feed, report, now } = context;
  const existing = await findApp(context, request.name);
  const began = now();
  const { app, operation } =
    existing === null ? await api.create(request) : await api.redeploy(existing.uniqueName, request);
  report.app = app.uniqueName;
  const early = existing === null ? firstAnswer(context, app.uniqueName) : null;
  // A failed deployment is told by its own error, below.
  early?.catch(() => {});
  await follow(context, operation);
  see(report, 'deployed');
  const answer = await (early ?? firstAnswer(context, app.uniqueName));
  if (answer !== null) {
    report.url = answer.url;
    report.timings.deployToFirst200Ms = answer.at - began;
    see(report, 'first-200');
  }
  const scan = await feed.waitFor((event) => event.kind === 'scan.done' && event.app === app.uniqueName, {
    since: began,
    timeoutMs: 1000,
  });
  if (scan !== null) {
    const { state, packages } = scan.data;
    report.scan = {
      state: typeof state === 'string' ? state : 'unknown',
      packages: typeof packages === 'number' ? packages : 0,
    };
    see(report, 'scanned');
  }
  await shrink(context, await api.app(app.uniqueName));
  return api.app(app.uniqueName);
}
