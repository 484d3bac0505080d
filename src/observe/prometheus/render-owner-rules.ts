import { rulePresets, type OwnerRule, type RulePreset } from '../../core/alert/owner-rule.ts';
import type { OwnedRule } from '../../core/port/metrics.ts';
import type { SignalName } from '../../core/signal/signal.ts';
import { forceMatcher } from './force-label.ts';
import { jobs } from './job-names.ts';
import { defaultWindows, renderMeasured, type SignalWindows } from './measured-query.ts';
import { renderDuration, renderMatchers } from './promql.ts';

/** A rule that gives more series than this is cut off by Prometheus: it would be a flood of alerts. */
const mostSeries = 100;

/** One group per app: a rule that fails or is slow holds up only its owner's. */
export function renderOwnerGroups(owned: readonly OwnedRule[], windows?: SignalWindows): object[] {
  const apps = Map.groupBy(owned, ({ app }) => app);
  return [...apps.keys()].sort().map((app) => ({
    name: `crane:app:${app}`,
    interval: '5s',
    limit: mostSeries,
    rules: (apps.get(app) ?? []).map((item) => renderOwnerRule(item, windows)),
  }));
}

function renderOwnerRule({ app, rule }: OwnedRule, windows?: SignalWindows): object {
  const { name, service, severity, forMs } = rule;
  return {
    alert: name,
    expr: ownerExpr(app, rule, windows),
    ...(forMs === 0 ? {} : { for: renderDuration(forMs) }),
    // These beat whatever the expression says: an alert is always about its owner's app.
    labels: { app, service, severity, rule: name },
    annotations: {
      summary: `{{ $labels.app }}/{{ $labels.service }}: ${name}, {{ $value }} ${unitOf(rule)}`.trimEnd(),
    },
  };
}

function unitOf(rule: OwnerRule): string {
  return rule.kind === 'preset' ? rulePresets[rule.preset].unit : '';
}

/** What Prometheus evaluates: a preset for this service, or the owner's words with the app forced into every selector. */
export function ownerExpr(app: string, rule: OwnerRule, windows: SignalWindows = defaultWindows): string {
  if (rule.kind === 'promql') return forceMatcher(rule.expr, renderMatchers({ app }));
  const of = renderMatchers({ app, service: rule.service });
  return `${presetValue(rule.preset, of, windows)} ${rule.preset === 'down' ? '<=' : '>'} ${rule.above}`;
}

const signals: Partial<Record<RulePreset, SignalName>> = {
  'requests-per-second': 'requestsPerSecond',
  p95: 'p95Ms',
  'error-rate': 'errorRate',
  'in-flight': 'inFlight',
  cpu: 'cpuPercent',
  memory: 'memoryPercent',
};

function presetValue(preset: RulePreset, of: string, windows: SignalWindows): string {
  const replicas = (state: string): string =>
    `max by (app, service) (crane_service_replicas{${renderMatchers({ job: jobs.crane, state })},${of}})`;
  if (preset === 'down') return `(${replicas('ready')} and ${replicas('desired')} > 0)`;
  if (preset === 'unhealthy') return `(${replicas('desired')} - ${replicas('ready')})`;
  if (preset === 'crash-loop')
    return `sum by (app, service) (increase(crane_service_restarts_total{${renderMatchers({ job: jobs.crane })},${of}}[10m]))`;
  const name = signals[preset] ?? 'requestsPerSecond';
  const measured = `(${renderMeasured({ name, of, windows })})`;
  const isShared = name === 'requestsPerSecond' || name === 'inFlight';
  return isShared ? `${measured} / on (app, service) clamp_min(${replicas('ready')}, 1)` : measured;
}
