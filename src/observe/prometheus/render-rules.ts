import { stringify } from 'yaml';
import { scalingAlertName } from '../../core/alert/scaling-alert-name.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import type { AlertRule, OwnedRule } from '../../core/port/metrics.ts';
import { signalNames, type SignalName } from '../../core/signal/signal.ts';
import { jobs } from './job-names.ts';
import { renderMeasured, defaultWindows, type SignalWindows } from './measured-query.ts';
import { renderMatchers } from './promql.ts';
import { renderOwnerGroups } from './render-owner-rules.ts';

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
/** The series that holds above which value each service's rule fires. */
const ceilingSeries = 'crane:scale_ceiling';

/**
 * The rule file, in two groups. Ceilings: one constant series per service and signal, looked at once a second. Alerts:
 * one rule per signal and severity over all services at once, which fires for each service above its ceiling. With a
 * rule per service instead, 400 of them four times a second cost Prometheus a third of a core.
 *
 * A change of apps changes only ceilings and leaves alerts alone. Missing data gives no sample, so nothing fires, and what
 * fired ends three seconds later. Throws `input.invalid` for names that could mean more than themselves in Prometheus's templates, and for
 * targets that are no positive numbers.
 */
export function renderRules(
  rules: readonly AlertRule[],
  windows: SignalWindows = defaultWindows,
  owned: readonly OwnedRule[] = [],
): string {
  const sorted = sortRules(rules);
  const kinds = Map.groupBy(sorted, ({ signal, severity }) => `${signalNames.indexOf(signal)} ${severity}`);
  const alerts = [...kinds.keys()].sort().flatMap((kind) => kinds.get(kind)?.slice(0, 1) ?? []);
  const groups =
    sorted.length === 0
      ? []
      : [
          { name: 'crane:ceilings', interval: '1s', rules: sorted.map(renderCeiling) },
          { name: 'crane:alerts', rules: alerts.map((rule) => renderAlert(rule, windows)) },
        ];
  const all = [...groups, ...renderOwnerGroups(owned, windows)];
  return `# Written by Crane from the scale settings of the apps and their owners' rules.\n${stringify({ groups: all }, { lineWidth: 0 })}`;
}

function sortRules(rules: readonly AlertRule[]): AlertRule[] {
  const key = (rule: AlertRule): string => [rule.app, rule.service, rule.signal].join('\0');
  return rules.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function renderCeiling(rule: AlertRule): Record<string, unknown> {
  checkRule(rule);
  const { app, service, signal, severity, target } = rule;
  return {
    record: ceilingSeries,
    expr: `vector(${ceiling(rule)})`,
    labels: { app, service, signal, severity, target: String(target) },
  };
}

function renderAlert({ signal, severity }: AlertRule, windows: SignalWindows): Record<string, unknown> {
  const isPerReplica = signal === 'requestsPerSecond' || signal === 'inFlight';
  const measured = `(${renderMeasured({ name: signal, of: '', windows })})`;
  const ready = `max by (app, service) (crane_service_replicas{${renderMatchers({ job: jobs.crane, state: 'ready' })}})`;
  const value = isPerReplica ? `${measured} / on (app, service) clamp_min(${ready}, 1)` : measured;
  const { unit, format } = texts[signal];
  const target = `printf "${ceilingSeries}{app=%q,service=%q,signal=\\"${signal}\\"}" $labels.app $labels.service`;
  return {
    alert: scalingAlertName(signal),
    expr: `${value} > on (app, service) ${ceilingSeries}{${renderMatchers({ signal, severity })}}`,
    // A value that trembles around the ceiling is one alert, not many.
    keep_firing_for: '3s',
    labels: { signal, severity },
    annotations: {
      summary:
        `{{ $labels.app }}/{{ $labels.service }}: {{ printf "${format}" $value }} ${unit}` +
        ` against a target of {{ with ${target} | query }}{{ . | first | label "target" }}{{ end }}`,
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
