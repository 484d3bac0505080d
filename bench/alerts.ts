/**
 * How alerts are taken in when there are very many: one webhook a thousand times at once, and ten thousand alerts about two hundred
 * services in ten seconds. Needs Linux, root, a running Crane (`./crane up --detach`) and the image `crane/whoami:1`; makes an app and removes it.
 * All but one of the two hundred services are unknown: each of their alerts is recorded with the reason, and without an effect.
 *
 *     node bench/alerts.ts
 */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { craneJson, firing, openAlertDoor, quantile, withApp, type AlertDoor } from './running-crane.ts';

type Answer = Awaited<ReturnType<AlertDoor['send']>>;
const taken = z.looseObject({ accepted: z.int(), duplicates: z.int() });
const decisions = z.array(z.looseObject({ trigger: z.string(), verdict: z.string() }));

function tell(what: string, answers: readonly Answer[]): void {
  const took = answers.map(({ tookMs }) => tookMs);
  const statuses = new Map<number, number>();
  for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  const counts = { accepted: 0, duplicates: 0 };
  for (const { status, body } of answers)
    if (status === 200) {
      const { accepted, duplicates } = taken.parse(body);
      counts.accepted += accepted;
      counts.duplicates += duplicates;
    }
  const ms = (share: number): string => `${quantile(took, share).toFixed(1)} ms`;
  console.log(
    `${what}: ${answers.length} webhooks, status ${[...statuses].map(([status, count]) => `${status} × ${count}`).join(', ')}; ` +
      `${counts.accepted} alerts taken, ${counts.duplicates} known already; answered in ${ms(0.5)} median, ${ms(0.95)} p95, ${ms(1)} at most`,
  );
}

/** `count` calls, so many at once. */
async function atOnce(
  count: number,
  width: number,
  call: (index: number) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      answers.push(await call(index));
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return answers;
}

const scale = { min: 1, max: 2, target: { requestsPerSecond: 50 } };
await withApp('flooded', { 'x-crane': { route: { port: 8080 }, scale } }, async ({ uniqueName }) => {
  const { send, close } = await openAlertDoor();
  const same = [firing({ app: uniqueName, service: 'web' }, `same-${Date.now()}`)];
  tell('the same webhook', await atOnce(1_000, 50, () => send(same)));
  await delay(1_000);
  const ofAlerts = decisions
    .parse(await craneJson(['decisions', uniqueName]))
    .filter(({ trigger }) => trigger === 'alert');
  console.log(`the same webhook: ${ofAlerts.length} decision by it`);

  const services = Array.from({ length: 200 }, (_, index) =>
    index === 0
      ? { app: uniqueName, service: 'web' }
      : { app: `unknown-${1_000_000 + index}`, service: 'web' },
  );
  const began = performance.now();
  const run = Date.now();
  const flood: Promise<Answer>[] = [];
  // 50 alerts a webhook, 20 webhooks a second.
  for (let turn = 0; turn < 200; turn += 1) {
    const some = services.slice((turn % 4) * 50, (turn % 4) * 50 + 50);
    flood.push(send(some.map((labels) => firing(labels, `${labels.app}-${turn}-${run}`))));
    await delay(Math.max(0, (turn + 1) * 50 - (performance.now() - began)));
  }
  const answers = await Promise.all(flood);
  close();
  tell(`10,000 alerts in ${((performance.now() - began) / 1000).toFixed(1)} s`, answers);
});
