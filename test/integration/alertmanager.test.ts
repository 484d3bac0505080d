import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  renderAlertmanagerArguments,
  renderAlertmanagerConfig,
} from '../../src/observe/alertmanager/render-config.ts';
import { someRule } from '../../src/observe/metrics-contract.ts';
import { createPrometheusRules } from '../../src/observe/prometheus/create-prometheus-rules.ts';
import { openObservedRouter, type ObservedRouter, type ReceivedAlert } from '../factories/observed-router.ts';
import { openTestPlatform, until, type TestPlatform } from '../factories/test-platform.ts';

const exported = 'crane_service_replicas{app="shop-1",service="web",state="ready"} 2\n';

describe('from load through the real router, Prometheus and Alertmanager to the webhook', () => {
  let platform: TestPlatform;
  let router: ObservedRouter;

  before(async () => {
    platform = await openTestPlatform();
    router = await openObservedRouter(platform);
    router.exported = exported;
    await createPrometheusRules({ directory: router.rulesFolder, url: router.prometheusUrl }).sync([
      someRule({ target: 50 }),
    ]);
  });
  after(async () => {
    await router?.close();
    await platform?.close();
  });

  const received = (
    what: string,
    isRight: (alert: ReceivedAlert) => boolean,
    timeoutMs = 15_000,
  ): Promise<ReceivedAlert> => until(what, async () => router.alerts.find(isRight) ?? null, { timeoutMs });

  it('tells nothing while the load is within the tolerance', async () => {
    const load = router.load(104);
    await until(
      'two hundred answers',
      async () => {
        const response = await fetch(
          `${router.prometheusUrl}/api/v1/query?query=sum(traefik_service_requests_total)>200`,
          { signal: AbortSignal.timeout(2_000) },
        );
        return /"value"/.test(await response.text()) ? true : null;
      },
      { everyMs: 200 },
    );
    const statuses = await load.stop();
    assert.deepEqual(Object.keys(statuses), ['200']);
    assert.deepEqual(router.alerts, []);
  });

  it('tells a rule that fires within 1.5 seconds, with the labels to act on and a sentence', async (test) => {
    router.alerts.length = 0;
    const began = Date.now();
    const load = router.load(200);
    const alert = await received('the alert', ({ status }) => status === 'firing');
    test.diagnostic(`load begins → webhook: ${alert.receivedAt - began} ms`);
    assert.ok(alert.receivedAt - began <= 1_500, `${alert.receivedAt - began} ms`);
    assert.deepEqual(alert.labels, {
      alertname: 'CraneScaleRequestsPerSecond',
      app: 'shop-1',
      service: 'web',
      signal: 'requestsPerSecond',
      severity: 'warning',
    });
    assert.equal(alert.name, 'CraneScaleRequestsPerSecond');
    assert.equal(alert.severity, 'warning');
    assert.match(
      alert.annotations['summary'] ?? '',
      /^shop-1\/web: \d+\.\d req\/s per replica against a target of 50$/,
    );
    assert.ok(alert.startsAt >= began && alert.startsAt <= alert.receivedAt);
    await load.stop();
  });

  it('tells that it resolved, as the same occurrence', async () => {
    const firing = await received('the firing one', ({ status }) => status === 'firing');
    const resolved = await received('the resolved one', ({ status }) => status === 'resolved');
    assert.equal(resolved.fingerprint, firing.fingerprint);
    assert.equal(resolved.startsAt, firing.startsAt);
    assert.ok(resolved.endsAt !== null && resolved.endsAt >= resolved.startsAt);
  });

  it('tells a second occurrence soon, although its group still lives', async (test) => {
    router.alerts.length = 0;
    const began = Date.now();
    const load = router.load(200);
    const alert = await received('the second alert', ({ status }) => status === 'firing');
    test.diagnostic(`second load begins → webhook: ${alert.receivedAt - began} ms`);
    assert.ok(alert.receivedAt - began <= 3_000, `${alert.receivedAt - began} ms`);
    assert.ok(alert.startsAt >= began);
    await load.stop();
    await received('the end of it', ({ status }) => status === 'resolved');
  });

  it('tells again what could not be stored', async () => {
    router.alerts.length = 0;
    router.webhookStatus = 503;
    const load = router.load(200);
    await until('the rule fires', async () => {
      const response = await fetch(`${router.alertmanagerUrl}/api/v2/alerts`, {
        signal: AbortSignal.timeout(2_000),
      });
      return /shop-1/.test(await response.text()) ? true : null;
    });
    router.webhookStatus = 200;
    await received('the alert after all', ({ status }) => status === 'firing', 30_000);
    await load.stop();
  });

  it('says nothing about what it cannot measure', async () => {
    await received('the end', ({ status }) => status === 'resolved');
    router.alerts.length = 0;
    router.exported = '';
    await until('the replicas are gone', async () => {
      const response = await fetch(`${router.prometheusUrl}/api/v1/query?query=crane_service_replicas`, {
        signal: AbortSignal.timeout(2_000),
      });
      return /"result":\[\]/.test(await response.text()) ? true : null;
    });
    const load = router.load(200);
    await until('the load is measured', async () => {
      const query = 'sum(rate(traefik_service_requests_total[2s]))>150';
      const response = await fetch(
        `${router.prometheusUrl}/api/v1/query?query=${encodeURIComponent(query)}`,
        {
          signal: AbortSignal.timeout(2_000),
        },
      );
      return /"value"/.test(await response.text()) ? true : null;
    });
    await load.stop();
    assert.deepEqual(router.alerts, []);
  });

  it('refuses a configuration that is wrong', async () => {
    const folder = await platform.folder();
    const text = renderAlertmanagerConfig({ webhookUrl: 'http://10.0.0.1/x' });
    await platform.write(
      join(folder, 'alertmanager.yml'),
      text.replace('receiver: crane', 'receiver: nobody'),
    );
    const { exitCode, output } = await platform.run({
      part: 'alertmanager',
      name: 'wrong',
      command: renderAlertmanagerArguments(),
      host: 9,
      networks: [],
      mounts: [{ folder, path: '/etc/alertmanager' }],
      writable: ['/alertmanager'],
    });
    assert.notEqual(exitCode, 0);
    assert.match(output, /undefined receiver/);
  });
});
