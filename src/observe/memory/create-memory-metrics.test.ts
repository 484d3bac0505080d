import { describeAlertRulesContract, describeMetricsContract } from '../metrics-contract.ts';
import { createMemoryMetrics, createMemoryRules } from './create-memory-metrics.ts';

describeMetricsContract('memory', async () => {
  const metrics = createMemoryMetrics();
  const reading = { app: 'shop-1', service: 'web', name: 'requestsPerSecond' as const };
  metrics.set({ ...reading, value: 60, at: 10_000 });
  return { metrics, app: 'shop-1', service: 'web', requestsPerSecond: 60, now: () => 10_250 };
});

describeAlertRulesContract('memory', async () => {
  const rules = createMemoryRules();
  return {
    rules,
    current: async () => rules.rules().map(({ app, service, signal }) => `${app}/${service}/${signal}`),
  };
});
