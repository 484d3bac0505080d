import type { AppUsage, ServiceUsage, Usage, UsageReading } from '../core/usage/usage.ts';

type Family<T> = {
  name: string;
  type: 'gauge' | 'counter';
  help: string;
  /** Null = no sample. */
  read: (of: T) => number | null;
};
type Measured = { usage: Usage; restarts: number };

const instanceFamilies: readonly Family<Measured>[] = [
  gauge('cpu_cores', 'Cores in use, mean of three seconds.', ({ usage }) => usage.cpuCores),
  gauge('cpu_limit_cores', 'CPU limit; absent without one.', ({ usage }) => usage.cpuLimitCores),
  gauge(
    'memory_bytes',
    'Memory in use without file pages that can be given back.',
    (of) => of.usage.memoryBytes,
  ),
  gauge('memory_limit_bytes', 'Memory limit; absent without one.', ({ usage }) => usage.memoryLimitBytes),
  gauge('pids', 'Processes and threads.', ({ usage }) => usage.pids),
  ...counters('instance').map((family) => ({ ...family, read: (of: Measured) => family.read(of.usage) })),
  counter('instance_restarts_total', 'Starts after a failure, replacements included.', (of) => of.restarts),
];

const serviceFamilies: readonly Family<ServiceUsage>[] = [
  ...counters('service'),
  counter('service_restarts_total', 'Starts after a failure, replacements included.', (of) => of.restarts),
];

function gauge(name: string, help: string, read: Family<Measured>['read']): Family<Measured> {
  return { name: `crane_instance_${name}`, type: 'gauge', help, read };
}

function counter<T>(name: string, help: string, read: Family<T>['read']): Family<T> {
  return { name: `crane_${name}`, type: 'counter', help, read };
}

/** The same counters of an instance, and of all that a service ever had, so that sums do not fall when one goes. */
function counters(of: 'instance' | 'service'): Family<Omit<ServiceUsage, 'service' | 'restarts'>>[] {
  return [
    counter(`${of}_cpu_seconds_total`, 'CPU time used.', (usage) => usage.cpuSeconds),
    counter(
      `${of}_cpu_throttled_seconds_total`,
      'Time held back by the CPU limit.',
      (usage) => usage.cpuThrottledSeconds,
    ),
    counter(`${of}_network_received_bytes_total`, 'Bytes received.', (usage) => usage.receivedBytes),
    counter(`${of}_network_sent_bytes_total`, 'Bytes sent.', (usage) => usage.sentBytes),
    counter(`${of}_block_read_bytes_total`, 'Bytes read from disks.', (usage) => usage.readBytes),
    counter(`${of}_block_written_bytes_total`, 'Bytes written to disks.', (usage) => usage.writtenBytes),
  ];
}

/**
 * Usage in Prometheus's text format. Only what is measured now has samples: an instance that is gone, or was not measured
 * for some seconds, has none. Written by hand, since there are a dozen samples for each of hundreds of instances, every second.
 */
export function renderUsageMetrics(apps: readonly (AppUsage & { app: string })[]): string {
  const instances = apps.flatMap(({ app, instances: readings }) =>
    readings.flatMap((reading) =>
      reading.kind === 'value' ? [{ labels: instanceLabels(app, reading), of: reading }] : [],
    ),
  );
  const services = apps.flatMap(({ app, services: totals }) =>
    totals.map((of) => ({ labels: renderLabels({ app, service: of.service }), of })),
  );
  return [
    ...instanceFamilies.map((family) => renderFamily(family, instances)),
    ...serviceFamilies.map((family) => renderFamily(family, services)),
  ].join('');
}

function renderFamily<T>(
  { name, type, help, read }: Family<T>,
  rows: readonly { labels: string; of: T }[],
): string {
  let text = `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
  for (const { labels, of } of rows) {
    const value = read(of);
    if (value !== null) text += `${name}${labels} ${value}\n`;
  }
  return text;
}

function instanceLabels(app: string, { service, instance, release }: UsageReading): string {
  return renderLabels({ app, service, instance, release: String(release) });
}

function renderLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return `{${pairs.join(',')}}`;
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
