import { formatDuration } from '../output/units.ts';
import type { AppView } from '../calls/views.ts';
import { waitUntil } from '../wait-until.ts';
import { see, type DemoContext } from './demo-context.ts';

const killTimeoutMs = 10_000;
const healTimeoutMs = 60_000;
const settleTimeoutMs = 5000;
/** The sample app ends its process with an error after answering this. */
const killPath = '/fail?exit=1';

/** Makes an instance crash and waits until another one answers in its place. */
export async function healAct(context: DemoContext, app: AppView): Promise<void> {
  const { api, probe, feed, report, timeline, lines, now, signal } = context;
  const { url } = report;
  if (url === null) return;
  const name = app.uniqueName;
  const since = now();
  timeline.add(since, 'kill', `an instance is asked to crash: GET ${killPath}`);
  const killed = await probe(url, killPath);
  const failed = await feed.waitFor((event) => event.kind === 'instance.failed' && event.app === name, {
    since,
    timeoutMs: killTimeoutMs,
  });
  if (failed === null) return;
  see(report, 'kill');
  lines.show({ step: 'heal', state: 'progress', text: 'Waiting for the replacement' });
  const isReplaced = (instance: string | null): boolean =>
    (instance !== null && instance !== killed?.instance) ||
    feed.events().some((event) => event.at >= since && event.kind === 'instance.ready' && event.app === name);
  const healedAt = await waitUntil(
    async () => {
      const answer = await probe(url, '/');
      return answer?.status === 200 && isReplaced(answer.instance) ? now() : null;
    },
    { timeoutMs: healTimeoutMs, everyMs: 20, signal },
  );
  const done = await feed.waitFor((event) => event.kind === 'heal.done' && event.app === name, {
    since,
    timeoutMs: 10_000,
  });
  lines.drop('heal');
  if (healedAt === null) return;
  report.timings.killToHealedMs = healedAt - since;
  timeline.add(
    healedAt,
    'first.answer',
    `the replacement answers, ${formatDuration(healedAt - since)} after the kill`,
  );
  if (done !== null) see(report, 'healed');
  const settled = await waitUntil(
    async () => {
      const service = (await api.app(name)).services.find((each) => each.max > each.min);
      return service !== undefined && service.ready === service.replicas ? service.ready : null;
    },
    { timeoutMs: settleTimeoutMs, everyMs: 100, signal },
  );
  if (settled !== null && report.replicas !== null) report.replicas.final = settled;
}
