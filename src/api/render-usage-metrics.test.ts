import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { noUsage } from '../core/usage/add-usage.ts';
import type { UsageReading } from '../core/usage/usage.ts';
import { someReading } from '../../test/factories/core-values.ts';
import { renderUsageMetrics } from './render-usage-metrics.ts';

function samplesOf(instances: UsageReading[], app = 'shop-1'): string[] {
  return renderUsageMetrics([{ app, instances, services: [] }])
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

const labels = '{app="shop-1",service="web",instance="web-1-1",release="1"}';

describe('usage as metrics', () => {
  it('has a sample of each kind for a measured instance', () => {
    assert.deepEqual(samplesOf([someReading()]), [
      `crane_instance_cpu_cores${labels} 0.25`,
      `crane_instance_cpu_limit_cores${labels} 0.5`,
      `crane_instance_memory_bytes${labels} 30000000`,
      `crane_instance_memory_limit_bytes${labels} 120000000`,
      `crane_instance_pids${labels} 7`,
      `crane_instance_cpu_seconds_total${labels} 12.5`,
      `crane_instance_cpu_throttled_seconds_total${labels} 0.5`,
      `crane_instance_network_received_bytes_total${labels} 2000`,
      `crane_instance_network_sent_bytes_total${labels} 1000`,
      `crane_instance_block_read_bytes_total${labels} 400`,
      `crane_instance_block_written_bytes_total${labels} 300`,
      `crane_instance_restarts_total${labels} 2`,
    ]);
  });

  it('has no sample of what is missing or without a limit', () => {
    const { instance, service, release, slot, restarts } = someReading();
    const missing = { instance, service, release, slot, restarts, kind: 'missing', reason: 'late' } as const;
    assert.deepEqual(samplesOf([missing]), []);
    const free = someReading({ usage: { cpuCores: null, cpuLimitCores: null, memoryLimitBytes: null } });
    const names = samplesOf([free]).map((line) => line.slice(0, line.indexOf('{')));
    for (const absent of ['cpu_cores', 'cpu_limit_cores', 'memory_limit_bytes'])
      assert.ok(!names.includes(`crane_instance_${absent}`), absent);
    assert.ok(names.includes('crane_instance_memory_bytes'));
  });

  it('has the sums of services', () => {
    const services = [{ ...noUsage, service: 'web', cpuSeconds: 90, restarts: 3 }];
    const text = renderUsageMetrics([{ app: 'shop-1', instances: [], services }]);
    assert.match(text, /^crane_service_cpu_seconds_total\{app="shop-1",service="web"\} 90$/m);
    assert.match(text, /^crane_service_restarts_total\{app="shop-1",service="web"\} 3$/m);
  });

  it('names each metric once, whatever the apps are', () => {
    const apps = ['a-1', 'b-2'].map((app) => ({ app, instances: [someReading()], services: [] }));
    const types = renderUsageMetrics(apps)
      .split('\n')
      .filter((line) => line.startsWith('# TYPE'));
    assert.equal(new Set(types).size, types.length);
  });

  it('keeps a name inside its quotes, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (app) => {
        for (const line of samplesOf([someReading()], app.replaceAll('\r', '')))
          assert.match(line, /^crane_instance_\w+\{app="(?:[^"\\\n]|\\[\\n"])*",service="web",.*\} [\d.]+$/s);
      }),
    );
  });
});
