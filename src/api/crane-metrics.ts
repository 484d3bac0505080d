import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ActionDeps } from '../actions/action-deps.ts';
import { exportReplicas, exportUsage } from '../actions/export-metrics.ts';
import type { FeedEvent } from '../core/operation/feed.ts';
import { renderUsageMetrics } from './render-usage-metrics.ts';

export type CraneMetrics = {
  contentType: string;
  /** Prometheus text; the gauges are read at this moment. */
  render(): Promise<string>;
  countAlerts(status: 'firing' | 'resolved', count: number): void;
  /** Stops listening to the feed. */
  close(): void;
};

type MetricsDeps = Pick<ActionDeps, 'store' | 'observed' | 'parts'>;

/**
 * Crane's own metrics, those of its process, and what the instances use. Rules and signals are built on
 * `crane_service_replicas` and `crane_instance_*`.
 */
export function createCraneMetrics(deps: MetricsDeps): CraneMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  declareGauges(registry, deps);
  const alerts = new Counter({
    name: 'crane_alerts_received_total',
    help: 'Alerts received by the webhook, repetitions included.',
    labelNames: ['status'],
    registers: [registry],
  });
  const close = deps.store.feed.subscribe(createDecisionCounter(registry, deps));
  return {
    contentType: registry.contentType,
    render: async () => `${await registry.metrics()}\n${renderUsageMetrics(exportUsage(deps))}`,
    countAlerts: (status, count) => alerts.inc({ status }, count),
    close,
  };
}

function declareGauges(registry: Registry, { store, observed, parts }: MetricsDeps): void {
  const replicas = new Gauge({
    name: 'crane_service_replicas',
    help: 'Replicas of a service: wanted, and answering now.',
    labelNames: ['app', 'service', 'state'],
    registers: [registry],
    collect: () => {
      // Services that are gone must not keep their last value.
      replicas.reset();
      for (const { app, service, desired, ready } of exportReplicas({ store, observed })) {
        replicas.set({ app, service, state: 'desired' }, desired);
        replicas.set({ app, service, state: 'ready' }, ready);
      }
    },
  });
  const info = new Gauge({
    name: 'crane_app_info',
    help: 'Always 1: `app` is what all metrics call it, for ever; `unique_name` what people call it now.',
    labelNames: ['app', 'unique_name'],
    registers: [registry],
    collect: () => {
      info.reset();
      for (const app of store.apps.list({ kind: 'all' }))
        info.set({ app: app.engineName, unique_name: app.uniqueName }, 1);
    },
  });
  const up = new Gauge({
    name: 'crane_parts_up',
    help: '1 = the part is ok, 0 = it is not; a part that was not looked at yet has no sample.',
    labelNames: ['part'],
    registers: [registry],
    collect: async () => {
      const seen = await parts.observe();
      up.reset();
      for (const { name, state } of seen) {
        if (state !== 'unknown') up.set({ part: name }, state === 'ok' ? 1 : 0);
      }
    },
  });
}

/** Counts what the feed tells of decisions; a hold of the regular loop is not told there. */
function createDecisionCounter(registry: Registry, { store }: MetricsDeps): (event: FeedEvent) => void {
  const total = new Counter({
    name: 'crane_decisions_total',
    help: 'Decisions since the start, without holds of the regular loop.',
    labelNames: ['app', 'service', 'verdict'],
    registers: [registry],
  });
  const delay = new Histogram({
    name: 'crane_alert_to_action_seconds',
    help: 'From the start of an alert to the change of replicas it led to.',
    labelNames: ['app', 'service'],
    buckets: [0.5, 1, 2, 3, 5, 8, 13, 30, 60],
    registers: [registry],
  });
  return ({ kind, data }) => {
    const id = data['decision'];
    if (kind !== 'decision' || typeof id !== 'string') return;
    const decision = store.decisions.find({ kind: 'all' }, id);
    if (decision === null) return;
    const { service, verdict, alert, at } = decision;
    // As every other metric of the app names it.
    const app = store.apps.find({ kind: 'all' }, decision.appId)?.engineName ?? decision.app;
    total.inc({ app, service, verdict });
    if (alert === null || (verdict !== 'scale-out' && verdict !== 'scale-in')) return;
    delay.observe({ app, service }, Math.max(0, at - alert.startsAt) / 1000);
  };
}
