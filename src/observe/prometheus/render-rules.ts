import { stringify } from 'yaml';
import { CraneError } from '../../core/error/crane-error.ts';
import type { AlertRule } from '../../core/port/metrics.ts';
import type { SignalName } from '../../core/signal/signal.ts';
import { exceedsQuery, defaultWindows, type SignalWindows } from './signal-query.ts';

/** How a signal reads in a sentence, and how its number is printed by Go's template. */
const texts: Record<SignalName, { unit: string; format: string }> = {
  requestsPerSecond: { unit: 'req/s per replica', format: '%.1f' },
  p95Ms: { unit: 'ms at the 95th percentile', format: '%.0f' },
  errorRate: { unit: 'share of failed requests', format: '%.3f' },
  inFlight: { unit: 'open requests per replica', format: '%.1f' },
  cpuPercent: { unit: '% CPU', format: '%.0f' },
  memoryPercent: { unit: '% memory', format: '%.0f' },
};

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;

/** `CraneScaleRequestsPerSecond` */
export function alertName(signal: SignalName): string {
  return `CraneScale${signal.charAt(0).toUpperCase()}${signal.slice(1)}`;
}

/**
 * The rule file: one group per app, so that a change leaves the other groups and their alerts alone; one alert per
 * service and signal. Missing data gives no sample, so it neither fires nor keeps firing. Throws `input.invalid` for
 * names that could mean more than themselves in Prometheus's templates, or targets that are no positive numbers.
 */
export function renderRules(rules: readonly AlertRule[], windows: SignalWindows = defaultWindows): string {
  const byApp = Map.groupBy(sortRules(rules), (rule) => rule.app);
  const groups = [...byApp].map(([app, own]) => ({
    name: `crane:${app}`,
    rules: own.map((rule) => renderRule(rule, windows)),
  }));
  return `# Written by Crane from the scale settings of the apps.\n${stringify({ groups }, { lineWidth: 0 })}`;
}

function sortRules(rules: readonly AlertRule[]): AlertRule[] {
  const key = (rule: AlertRule): string => [rule.app, rule.service, rule.signal].join('\0');
  return rules.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function renderRule(rule: AlertRule, windows: SignalWindows): Record<string, unknown> {
  checkRule(rule);
  const { app, service, signal, target, severity } = rule;
  const { unit, format } = texts[signal];
  return {
    alert: alertName(signal),
    expr: exceedsQuery({ name: signal, app, service, windows, ceiling: ceiling(rule) }),
    // A value that trembles around the ceiling is one alert, not many.
    keep_firing_for: '3s',
    labels: { app, service, signal, severity },
    annotations: {
      summary: `${app}/${service}: {{ printf "${format}" $value }} ${unit} against a target of ${target}`,
    },
  };
}

/** Twelve digits hide what floating point adds: 50 × 1.1 is 55. */
function ceiling({ target, tolerance }: AlertRule): number {
  return Number((target * (1 + tolerance)).toPrecision(12));
}

function checkRule(rule: AlertRule): void {
  const isRight =
    namePattern.test(rule.app) &&
    namePattern.test(rule.service) &&
    rule.target > 0 &&
    rule.tolerance >= 0 &&
    Number.isFinite(ceiling(rule));
  if (isRight) return;
  throw new CraneError('input.invalid', {
    message: `No alert rule can be made for ${JSON.stringify(`${rule.app}/${rule.service}`)} and ${rule.signal}: target ${rule.target}, tolerance ${rule.tolerance}.`,
    fix: 'Use a positive target.',
  });
}
