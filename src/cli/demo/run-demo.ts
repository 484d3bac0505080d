import type { Api, DeployRequest } from '../calls/api.ts';
import { exitCodes, toCliError } from '../cli-error.ts';
import type { Problem } from '../problem.ts';
import type { ProgressLines } from '../output/progress-lines.ts';
import type { Probe } from '../probe-url.ts';
import type { FeedEventView } from '../calls/views.ts';
import { waitUntil } from '../wait-until.ts';
import { see, type DemoContext } from './demo-context.ts';
import type { DemoReport } from './demo-report.ts';
import { deployAct } from './deploy-act.ts';
import { openFeedLog, type FeedLog } from './feed-log.ts';
import { healAct } from './heal-act.ts';
import { loadAct, type DemoLoad } from './load-act.ts';
import type { Timeline } from './timeline.ts';

export type DemoDeps = {
  api: Api;
  lines: ProgressLines;
  timeline: Timeline;
  report: DemoReport;
  signal: AbortSignal;
  probe: (url: string, path: string) => Promise<Probe | null>;
  now: () => number;
  request: DeployRequest;
  load: DemoLoad;
  /** When the demo began, milliseconds since the epoch. */
  startedAt: number;
};

const partsTimeoutMs = 60_000;

/** Feed events that tell the story; the others are details of the same moments. */
const told = new Set([
  'app.created',
  'deployment.started',
  'deployment.done',
  'deployment.failed',
  'scan.done',
  'instance.ready',
  'instance.gone',
  'instance.failed',
  'alert.firing',
  'alert.resolved',
  'heal.done',
  'load.started',
  'load.ended',
  'control.error',
]);

/** Decisions to hold are in the ledger; the timeline shows what changed something. */
function isTold({ kind, data }: FeedEventView): boolean {
  return told.has(kind) || (kind === 'decision' && data['verdict'] !== 'hold');
}

/** Puts the app's events into the timeline; those that come before its name is known wait for it. */
function createTeller(report: DemoReport, timeline: Timeline): (event: FeedEventView) => void {
  const untold: FeedEventView[] = [];
  return (latest) => {
    untold.push(latest);
    if (report.app === null) return;
    for (const event of untold.splice(0)) {
      if (event.app === report.app && isTold(event)) timeline.add(event.at, event.kind, event.text);
    }
  };
}

/** Waits until every part is ok, and notes what runs. */
async function partsAct({ api, report, timeline, signal, now, startedAt }: DemoDeps): Promise<void> {
  const shown = new Set<string>();
  const areOk = await waitUntil(
    async () => {
      const { parts } = await api.status();
      for (const part of parts) {
        report.parts[part.name] = part.version;
        if (part.state !== 'ok' || shown.has(part.name)) continue;
        shown.add(part.name);
        timeline.add(now(), 'part.up', `${part.name} ${part.version ?? ''}`.trim());
      }
      return parts.length > 0 && parts.every((part) => part.state === 'ok') ? true : null;
    },
    { timeoutMs: partsTimeoutMs, everyMs: 200, signal },
  );
  report.timings.platformStartMs = now() - startedAt;
  if (areOk !== null) see(report, 'platform');
}

/**
 * The demo on a running platform: deploy, load, scale out, scale in, crash, heal. Everything in `report` was measured
 * here; an act that fails ends the demo, and what was not seen stays in `missing`.
 */
export async function runDemo(deps: DemoDeps): Promise<void> {
  const { api, report, timeline, signal } = deps;
  await partsAct(deps);
  const feed = openFeedLog(api, signal, createTeller(report, timeline));
  const context: DemoContext = { ...deps, feed };
  try {
    const app = await deployAct(context, deps.request);
    await loadAct(context, app, deps.load);
    await healAct(context, app);
  } catch (error) {
    report.error = toCliError(error).problem;
  } finally {
    await finish(deps, feed);
  }
}

/** Ctrl-C is no failure of anything. */
function interrupted({ missing }: DemoReport): Problem {
  const load = missing.includes('deployed') || !missing.includes('load') ? '' : ' its load was cancelled,';
  return {
    type: 'about:blank',
    title: 'Interrupted',
    code: 'interrupted',
    detail: `The demo was interrupted;${load} the platform goes on.`,
    fix: 'Take it down with: crane down',
    exitCode: exitCodes.interrupted,
  };
}

async function finish({ api, report, timeline, signal, startedAt }: DemoDeps, feed: FeedLog): Promise<void> {
  if (signal.aborted) report.error = interrupted(report);
  try {
    await feed.close();
    if (report.app !== null) {
      const decisions = await api.decisions({ app: report.app, limit: 200 });
      report.decisions = decisions.filter((decision) => decision.at >= startedAt).length;
    }
  } catch (error) {
    report.error ??= toCliError(error).problem;
  }
  report.timeline = timeline.entries();
  report.ok = report.missing.length === 0 && report.error === undefined;
}
