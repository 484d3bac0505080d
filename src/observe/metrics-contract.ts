import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { AlertRule, AlertRules, Metrics } from '../core/port/metrics.ts';
import { signalNames } from '../core/signal/signal.ts';

/** A service that really has about `requestsPerSecond` requests in all, and signals read of it. */
export type MeasuredService = {
  metrics: Metrics;
  app: string;
  service: string;
  requestsPerSecond: number;
  /** Now, by the clock of whoever measured. */
  now(): number;
};

/** What every source of signals keeps. `create` returns while the load goes on. */
export function describeMetricsContract(name: string, create: () => Promise<MeasuredService>): void {
  describe(`the metrics contract: ${name}`, () => {
    let measured: MeasuredService;
    before(async () => {
      measured = await create();
    });

    it('answers one signal per name in the order asked, fresh, with the query behind it', async () => {
      const { metrics, app, service, now } = measured;
      const names = ['requestsPerSecond'] as const;
      const signals = await metrics.readSignals({ app, service, names, replicas: 1, now: now() });
      assert.equal(signals.length, 1);
      const [signal] = signals;
      assert.ok(signal?.kind === 'value', JSON.stringify(signal));
      assert.notEqual(signal.query, '');
      assert.ok(signal.ageSeconds >= 0 && signal.ageSeconds <= 2, `age ${signal.ageSeconds}`);
      const wanted = measured.requestsPerSecond;
      assert.ok(Math.abs(signal.value - wanted) <= wanted / 3, `${signal.value} instead of ${wanted}`);
    });

    it('misses, with a reason, every signal of a service it never heard of', async () => {
      const { metrics, now } = measured;
      const request = { app: 'nobody-9', service: 'web', names: signalNames, replicas: 1, now: now() };
      const signals = await metrics.readSignals(request);
      assert.deepEqual(
        signals.map((signal) => [signal.kind, signal.name]),
        signalNames.map((name) => ['missing', name]),
      );
      assert.ok(signals.every((signal) => signal.kind === 'missing' && signal.reason !== ''));
    });

    it('reads no names, and strange ones, without throwing', async () => {
      const { metrics, now } = measured;
      assert.deepEqual(
        await metrics.readSignals({ app: 'a', service: 'b', names: [], replicas: 0, now: now() }),
        [],
      );
      const names = ['errorRate'] as const;
      const [signal] = await metrics.readSignals({
        app: '"} or vector(1)',
        service: '\n',
        names,
        replicas: 0,
        now: now(),
      });
      assert.equal(signal?.kind, 'missing');
    });
  });
}

export function someRule(change: Partial<AlertRule> = {}): AlertRule {
  return {
    app: 'shop-1',
    service: 'web',
    signal: 'requestsPerSecond',
    target: 50,
    tolerance: 0.1,
    severity: 'warning',
    ...change,
  };
}

/** What every keeper of alert rules does. `current` tells `app/service/signal` of what is in force. */
export function describeAlertRulesContract(
  name: string,
  create: () => Promise<{ rules: AlertRules; current(): Promise<string[]> }>,
): void {
  describe(`the alert rules contract: ${name}`, () => {
    it('makes the set exactly what it is told, and says whether that changed anything', async () => {
      const { rules, current } = await create();
      const both = [someRule(), someRule({ app: 'blog-2', signal: 'p95Ms', target: 200 })];
      assert.equal(await rules.sync(both), true);
      assert.deepEqual((await current()).sort(), ['blog-2/web/p95Ms', 'shop-1/web/requestsPerSecond']);
      assert.equal(await rules.sync(both), false);
      assert.equal(await rules.sync([someRule()]), true);
      assert.deepEqual(await current(), ['shop-1/web/requestsPerSecond']);
      assert.equal(await rules.sync([]), true);
      assert.deepEqual(await current(), []);
    });
  });
}
