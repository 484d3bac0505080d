import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { CraneError } from '../../src/core/error/crane-error.ts';
import { planHistory, seriesNames } from '../../src/core/history/history.ts';
import type { Metrics } from '../../src/core/port/metrics.ts';
import { signalNames, type Signal, type SignalName } from '../../src/core/signal/signal.ts';
import {
  describeAlertRulesContract,
  describeMetricsContract,
  someRule,
} from '../../src/observe/metrics-contract.ts';
import { createPrometheusHistory } from '../../src/observe/prometheus/create-prometheus-history.ts';
import { createPrometheusMetrics } from '../../src/observe/prometheus/create-prometheus-metrics.ts';
import { createPrometheusRules } from '../../src/observe/prometheus/create-prometheus-rules.ts';
import { openObservedRouter, type ObservedRouter } from '../factories/observed-router.ts';
import { openTestPlatform, until, type TestPlatform } from '../factories/test-platform.ts';

const ruleReply = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.object({
            type: z.enum(['alerting', 'recording']),
            health: z.string(),
            lastError: z.string().optional(),
            labels: z.object({
              app: z.string().default(''),
              service: z.string().default(''),
              signal: z.string(),
            }),
          }),
        ),
      }),
    ),
  }),
});
type LoadedRule = z.infer<typeof ruleReply>['data']['groups'][number]['rules'][number];

const exported = `# TYPE crane_service_replicas gauge
crane_service_replicas{app="shop-1",service="web",state="desired"} 2
crane_service_replicas{app="shop-1",service="web",state="ready"} 2
crane_service_replicas{app="idle-2",service="web",state="desired"} 1
crane_service_replicas{app="idle-2",service="web",state="ready"} 1
# TYPE crane_instance_cpu_cores gauge
crane_instance_cpu_cores{app="shop-1",service="web",instance="web-1-1"} 0.25
crane_instance_cpu_cores{app="shop-1",service="web",instance="web-1-2"} 0.75
crane_instance_cpu_cores{app="free-3",service="web",instance="web-1-1"} 0.4
crane_instance_cpu_cores{app="free-3",service="web",instance="web-1-2"} 0.4
# TYPE crane_instance_cpu_limit_cores gauge
crane_instance_cpu_limit_cores{app="shop-1",service="web",instance="web-1-1"} 0.5
crane_instance_cpu_limit_cores{app="shop-1",service="web",instance="web-1-2"} 1
# TYPE crane_instance_memory_bytes gauge
crane_instance_memory_bytes{app="shop-1",service="web",instance="web-1-1"} 50
crane_instance_memory_bytes{app="shop-1",service="web",instance="web-1-2"} 10
crane_instance_memory_bytes{app="free-3",service="web",instance="web-1-1"} 10
crane_instance_memory_bytes{app="free-3",service="web",instance="web-1-2"} 10
# TYPE crane_instance_memory_limit_bytes gauge
crane_instance_memory_limit_bytes{app="shop-1",service="web",instance="web-1-1"} 100
crane_instance_memory_limit_bytes{app="shop-1",service="web",instance="web-1-2"} 100
crane_instance_memory_limit_bytes{app="free-3",service="web",instance="web-1-1"} 0
`;

describe('signals and rules in the real Prometheus', () => {
  let platform: TestPlatform;
  let router: ObservedRouter;
  let metrics: Metrics;

  before(async () => {
    platform = await openTestPlatform();
    router = await openObservedRouter(platform);
    router.exported = exported;
    metrics = createPrometheusMetrics({ url: router.prometheusUrl });
  });
  it('gives a history with gaps where nothing was measured', async () => {
    const history = createPrometheusHistory({ url: router.prometheusUrl });
    const read = async () => {
      const plan = planHistory({ now: Date.now(), minutes: 1 });
      return history.read({ app: 'shop-1', names: seriesNames, plan });
    };
    const known = await until('a history', async () => {
      const { series } = await read();
      const wanted = series.find(({ name }) => name === 'replicasWanted');
      return wanted?.values.includes(2) === true ? series : null;
    });
    const cores = known.find(({ name }) => name === 'cpuCores');
    assert.equal(cores?.service, 'web');
    assert.equal(
      cores.values.findLast((value) => value !== null),
      1,
    );
    assert.equal(cores.values.at(0), null);
  });

  after(async () => {
    await router?.close();
    await platform?.close();
  });

  const read = async (name: SignalName, { app = 'shop-1', replicas = 2 } = {}): Promise<Signal> => {
    const [signal] = await metrics.readSignals({
      app,
      service: 'web',
      names: [name],
      replicas,
      now: Date.now(),
    });
    assert.ok(signal !== undefined);
    return signal;
  };
  const waitFor = (
    what: string,
    name: SignalName,
    isRight: (signal: Signal) => boolean,
    app = 'shop-1',
  ): Promise<Signal> => {
    let last: Signal | null = null;
    return until(
      what,
      async () => {
        last = await read(name, { app });
        return isRight(last) ? last : null;
      },
      { timeoutMs: 20_000, everyMs: 100 },
    ).catch((error: unknown) => assert.fail(`${String(error)}: ${JSON.stringify(last)}`));
  };
  const isAbout =
    (value: number, share = 0.25) =>
    (signal: Signal): boolean =>
      signal.kind === 'value' && Math.abs(signal.value - value) <= value * share;
  /** What services ask for; the alerts themselves are the same for all. */
  const ceilings = async (): Promise<LoadedRule[]> =>
    (await loadedRules()).filter(({ type }) => type === 'recording');
  const loadedRules = async (): Promise<LoadedRule[]> => {
    const response = await fetch(`${router.prometheusUrl}/api/v1/rules`, {
      signal: AbortSignal.timeout(2_000),
    });
    return ruleReply.parse(await response.json()).data.groups.flatMap((group) => group.rules);
  };

  it('are zero, and not missing, for a service that never had a request, once that is sure', async () => {
    const isIdle = (signal: Signal): boolean => signal.kind === 'value' && signal.value === 0;
    for (const name of ['requestsPerSecond', 'p95Ms', 'errorRate', 'inFlight'] as const)
      await waitFor('idle is seen', name, isIdle, 'idle-2');
    assert.equal((await read('requestsPerSecond', { app: 'unknown-9' })).kind, 'missing');
  });

  it('are the means over instances for CPU and memory, against their limits', async () => {
    await waitFor('50 and 75 % of two limits', 'cpuPercent', isAbout(62.5, 0.01));
    await waitFor('50 and 10 % of two limits', 'memoryPercent', isAbout(30, 0.01));
    await waitFor('0.4 of one core', 'cpuPercent', isAbout(40, 0.01), 'free-3');
    assert.equal((await read('memoryPercent', { app: 'free-3' })).kind, 'missing');
    const partial = await read('cpuPercent', { replicas: 3 });
    assert.match(partial.kind === 'missing' ? partial.reason : '', /only 2 of 3 ready instances/);
  });

  describe('under load', () => {
    let load: ReturnType<ObservedRouter['load']>;
    before(() => {
      load = router.load(60, '/sleep?ms=60');
    });
    after(() => load.stop());

    it('tell requests, latency, open requests and failures of the router', async () => {
      await waitFor('60 requests by 2 replicas', 'requestsPerSecond', isAbout(30));
      // From the bucket of 50 to 100 ms.
      await waitFor(
        '60 ms at the 95th percentile',
        'p95Ms',
        (signal) => signal.kind === 'value' && signal.value > 50 && signal.value <= 100,
      );
      // 60 a second, 60 ms each, 2 replicas.
      await waitFor('3.6 open requests by 2 replicas', 'inFlight', isAbout(1.8, 0.35));
      await waitFor('no failures', 'errorRate', (signal) => signal.kind === 'value' && signal.value === 0);
    });

    describeMetricsContract('prometheus', async () => {
      await waitFor('the load is measured', 'requestsPerSecond', isAbout(30));
      return { metrics, app: 'shop-1', service: 'web', requestsPerSecond: 60, now: () => Date.now() };
    });
  });

  it('go down to zero after the load', async () => {
    const isZero = (signal: Signal): boolean => signal.kind === 'value' && signal.value === 0;
    for (const name of ['requestsPerSecond', 'p95Ms', 'inFlight'] as const)
      await waitFor('idle', name, isZero);
  });

  it('count failures of the app', async () => {
    const failing = router.load(20, '/fail');
    await waitFor(
      'something failed or answered',
      'requestsPerSecond',
      (signal) => signal.kind === 'value' && signal.value > 0,
    );
    await failing.stop();
    const broken = router.load(20, '/healthz');
    await waitFor(
      'every request fails',
      'errorRate',
      (signal) => signal.kind === 'value' && signal.value > 0.5,
    );
    await broken.stop();
  });

  describeAlertRulesContract('prometheus', async () => ({
    rules: createPrometheusRules({ directory: router.rulesFolder, url: router.prometheusUrl }),
    current: async () =>
      (await ceilings()).map(({ labels }) => `${labels.app}/${labels.service}/${labels.signal}`),
  }));

  it('are evaluated without an error as rules, every one of them', async () => {
    const rules = createPrometheusRules({ directory: router.rulesFolder, url: router.prometheusUrl });
    await rules.sync(signalNames.map((signal) => someRule({ signal, target: 1_000 })));
    const loaded = await until('all rules were evaluated', async () => {
      const seen = await loadedRules();
      return seen.length === 2 * signalNames.length && seen.every(({ health }) => health !== 'unknown')
        ? seen
        : null;
    });
    assert.deepEqual(
      loaded.map(({ health, lastError }) => [health, lastError ?? '']),
      loaded.map(() => ['ok', '']),
    );
    await rules.sync([]);
  });

  it('keep the old rules when Prometheus refuses the new ones, and tell its words', async () => {
    const rules = createPrometheusRules({ directory: router.rulesFolder, url: router.prometheusUrl });
    await rules.sync([someRule()]);
    const foreign = join(router.rulesFolder, 'foreign.yml');
    await platform.write(foreign, 'groups: [{name: x, rules: [{alert: X, expr: "sum("}]}]');
    await assert.rejects(
      rules.sync([someRule(), someRule({ service: 'api' })]),
      (error: unknown) =>
        error instanceof CraneError && error.code === 'input.invalid' && /reload/.test(error.message),
    );
    assert.doesNotMatch(await readFile(join(router.rulesFolder, 'crane.yml'), 'utf8'), /service: api/);
    assert.deepEqual(
      (await ceilings()).map(({ labels }) => labels.service),
      ['web'],
    );
    await platform.write(foreign, '');
    assert.equal(await rules.sync([]), true);
  });

  it('are missing, never zero, while the router or Prometheus hangs, and come back', async () => {
    const load = router.load(40);
    await waitFor('the load is measured', 'requestsPerSecond', isAbout(20));
    await platform.client.containers.pause(router.ids.router);
    const stale = await waitFor('no scrapes', 'requestsPerSecond', (signal) => signal.kind === 'missing');
    assert.match(stale.kind === 'missing' ? stale.reason : '', /nothing was measured|stale/);
    await platform.client.containers.unpause(router.ids.router);
    await waitFor('the load is measured again', 'requestsPerSecond', isAbout(20));
    await platform.client.containers.pause(router.ids.prometheus);
    const hung = await createPrometheusMetrics({ url: router.prometheusUrl, timeoutMs: 300 }).readSignals({
      app: 'shop-1',
      service: 'web',
      names: ['requestsPerSecond'],
      replicas: 1,
      now: Date.now(),
    });
    assert.match(hung[0]?.kind === 'missing' ? hung[0].reason : '', /no answer within 300 ms/);
    await platform.client.containers.unpause(router.ids.prometheus);
    await waitFor('Prometheus is back', 'requestsPerSecond', isAbout(20));
    await load.stop();
  });
});
