import { setTimeout as wait } from 'node:timers/promises';
import { followOperation } from '../calls/follow-operation.ts';
import { formatDuration, sparkline } from '../output/units.ts';
import type { AppView, FeedEventView, OperationEventView } from '../calls/views.ts';
import { waitUntil } from '../wait-until.ts';
import { see, type DemoContext } from './demo-context.ts';

export type DemoLoad = { rate: number; durationMs: number };

const scaleInTimeoutMs = 120_000;
const lookEveryMs = 500;
/** Who answers within this time of the begin was there before; the generator counts in the same way. */
const oldInstancesMs = 500;

/** The service that scales: the first with room between its bounds, else the first of all. */
function scalingService(app: AppView): AppView['services'][number] | undefined {
  return app.services.find((service) => service.max > service.min) ?? app.services[0];
}

/** Looks at the app now and then, and keeps the highest number of ready instances. */
function watchReplicas(
  context: DemoContext,
  app: string,
): { ready: () => number; peak: () => number; stop: () => Promise<void> } {
  const stopped = new AbortController();
  const signal = AbortSignal.any([stopped.signal, context.signal]);
  let ready = 0;
  let peak = 0;
  async function watch(): Promise<void> {
    while (!signal.aborted) {
      const seen = scalingService(await context.api.app(app));
      ready = seen?.ready ?? 0;
      peak = Math.max(peak, ready);
      await wait(lookEveryMs, undefined, { signal }).catch(() => {});
    }
  }
  const watching = watch();
  watching.catch(() => {});
  return {
    ready: () => ready,
    peak: () => peak,
    async stop() {
      stopped.abort();
      await watching;
    },
  };
}

function figureIn(event: OperationEventView, key: string): number {
  const value = event.data[key];
  return typeof value === 'number' ? value : 0;
}

/** The moving line of the load: rate, its last seconds as bars, replicas, latency, losses. */
function createLoadLine(context: DemoContext, ready: () => number): (event: OperationEventView) => void {
  const rates: number[] = [];
  let known: number | null = null;
  return (event) => {
    if (event.step !== 'load' || event.state !== 'progress') return;
    const rate = figureIn(event, 'ratePerSecond');
    rates.push(rate);
    const instances = Array.isArray(event.data['instances']) ? event.data['instances'].map(String) : [];
    const elapsedMs = figureIn(event, 'elapsedMs');
    const added = elapsedMs < oldInstancesMs ? [] : instances.slice(known ?? instances.length);
    for (const name of added) {
      context.timeline.add(
        event.at,
        'first.answer',
        `first answer from a new replica (${name}), ${formatDuration(elapsedMs)} into the load`,
      );
    }
    known = Math.max(known ?? 0, instances.length);
    context.lines.show({
      step: 'load',
      state: 'progress',
      text: `Load: ${Math.round(rate)} req/s ${sparkline(rates.slice(-30))}  ${ready()} instance(s)  p99 ${Math.round(figureIn(event, 'p99Ms'))} ms  ${figureIn(event, 'lost')} lost`,
    });
  };
}

async function sendLoad(
  context: DemoContext,
  app: AppView,
  load: DemoLoad,
  ready: () => number,
): Promise<string> {
  const { api, lines, signal } = context;
  const phases = [{ durationMs: load.durationMs, fromRate: load.rate, toRate: load.rate }];
  const { id, operation } = await api.startLoad(app.uniqueName, { path: '/', method: 'GET', phases });
  const quiet = { ...lines, show: () => {}, end: () => lines.drop('load') };
  try {
    await followOperation(api, operation, { lines: quiet, signal, onEvent: createLoadLine(context, ready) });
  } catch (error) {
    if (signal.aborted) await api.cancel(operation.id);
    throw error;
  }
  return id;
}

function isScaling(app: string, verdict: string): (event: FeedEventView) => boolean {
  return (event) => event.kind === 'decision' && event.app === app && event.data['verdict'] === verdict;
}

/** Loads the app until it has grown: alert, decision, new instances, their first answers. */
async function scaleOut(
  context: DemoContext,
  app: AppView,
  load: DemoLoad,
  replicas: ReturnType<typeof watchReplicas>,
): Promise<void> {
  const { api, feed, report, now } = context;
  const since = now();
  const id = await sendLoad(context, app, load, replicas.ready);
  const { requests, lost, p50Ms, p99Ms, firstNewReplicaMs } = await api.load(app.uniqueName, id);
  report.load = { requests, lost, p50Ms, p99Ms };
  if (requests > 0) see(report, 'load');
  report.timings.loadToNewReplicaMs = firstNewReplicaMs;
  if (firstNewReplicaMs !== null) see(report, 'first-answer');
  const name = app.uniqueName;
  const seen = async (match: (event: FeedEventView) => boolean): Promise<boolean> =>
    (await feed.waitFor(match, { since, timeoutMs: 1000 })) !== null;
  if (await seen((event) => event.kind === 'alert.firing' && event.app === name)) see(report, 'alert');
  if (await seen(isScaling(name, 'scale-out'))) see(report, 'scale-out');
  if (await seen((event) => event.kind === 'instance.ready' && event.app === name))
    see(report, 'new-instance');
}

/** Waits until the app is back at its least, by decisions of its own. */
async function scaleIn(context: DemoContext, app: AppView): Promise<void> {
  const { api, feed, report, now, lines, signal } = context;
  const ended = await feed.waitFor((event) => event.kind === 'load.ended' && event.app === app.uniqueName, {
    since: 0,
    timeoutMs: 2000,
  });
  const since = ended?.at ?? now();
  const isSmall = await waitUntil(
    async () => {
      const service = scalingService(await api.app(app.uniqueName));
      const instances = await api.instances(app.uniqueName);
      const running = instances.filter((item) => item.service === service?.name).length;
      lines.show({
        step: 'scale-in',
        state: 'progress',
        text: `Waiting for scale-in: ${running} instance(s) of at least ${service?.min ?? 0}`,
      });
      return service !== undefined &&
        service.replicas === service.min &&
        service.ready === service.min &&
        running === service.min
        ? true
        : null;
    },
    { timeoutMs: scaleInTimeoutMs, everyMs: 250, signal },
  );
  lines.drop('scale-in');
  if (isSmall === null) return;
  report.timings.scaleInMs = now() - since;
  const decided = await feed.waitFor(isScaling(app.uniqueName, 'scale-in'), { since, timeoutMs: 1000 });
  if (decided !== null) see(report, 'scale-in');
}

/** Load, scale-out, load end, scale-in. */
export async function loadAct(context: DemoContext, app: AppView, load: DemoLoad): Promise<void> {
  const { report } = context;
  const replicas = watchReplicas(context, app.uniqueName);
  try {
    await scaleOut(context, app, load, replicas);
    await scaleIn(context, app);
  } finally {
    await replicas.stop();
  }
  const service = scalingService(await context.api.app(app.uniqueName));
  if (service === undefined) return;
  report.replicas = { min: service.min, max: service.max, peak: replicas.peak(), final: service.ready };
}
