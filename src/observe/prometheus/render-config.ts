import { stringify } from 'yaml';
import { jobs } from './job-names.ts';
import { renderDuration } from './promql.ts';

export type PrometheusConfig = {
  /** Router's internal entry point, `address:port`. */
  routerTarget: string;
  /** Crane's internal listener, `address:port`; its `/metrics` wants the bearer credential. */
  craneTarget: string;
  /** HTTP service discovery of the apps' own metrics, same listener and credential; its targets are of that listener too. */
  discoveryUrl: string;
  alertmanagerTarget: string;
  /** File with the bearer credential as the container sees it. Default `/etc/prometheus/credential`. */
  credentialsFile?: string;
  /** Rule files as the container sees them. Default `/etc/prometheus/rules/*.yml`. */
  ruleFiles?: string;
  /** Pace of the router's scrape. Default 250. */
  scrapeMs?: number;
  /** Pace of the alert rules. Default 250. */
  evaluationMs?: number;
  /** Pace of Crane's own exporter. Default 1,000. */
  craneScrapeMs?: number;
  /** Pace of the apps' own metrics. Default 5,000. */
  appScrapeMs?: number;
};

/** Traefik names a service `<app>.<service>[~n]@file`; the labels get Crane's words. Split at the first dot. */
const serviceName = '([^.@]+)\\.([^@~]+)(?:~([0-9]+))?(?:~canary)?@file';

/**
 * Prometheus's configuration. Router and exporter are fixed targets, since a discovered one appears only after up to
 * ten seconds; discovery serves the apps' own metrics, which are bounded in size and can claim no other app's labels.
 */
export function renderPrometheusConfig(config: PrometheusConfig): string {
  const credentialsFile = config.credentialsFile ?? '/etc/prometheus/credential';
  const authorization = { type: 'Bearer', credentials_file: credentialsFile };
  return stringify(
    {
      global: {
        scrape_interval: renderDuration(config.appScrapeMs ?? 5_000),
        scrape_timeout: renderDuration(Math.min(config.appScrapeMs ?? 5_000, 4_000)),
        evaluation_interval: renderDuration(config.evaluationMs ?? 250),
      },
      rule_files: [config.ruleFiles ?? '/etc/prometheus/rules/*.yml'],
      alerting: {
        alertmanagers: [
          { timeout: '3s', api_version: 'v2', static_configs: [{ targets: [config.alertmanagerTarget] }] },
        ],
      },
      scrape_configs: [
        routerJob(config.routerTarget, config.scrapeMs ?? 250),
        craneJob(config.craneTarget, config.craneScrapeMs ?? 1_000, authorization),
        appsJob(config.discoveryUrl, authorization),
      ],
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

function routerJob(target: string, scrapeMs: number): Record<string, unknown> {
  return {
    job_name: jobs.router,
    scrape_interval: renderDuration(scrapeMs),
    scrape_timeout: renderDuration(scrapeMs),
    static_configs: [{ targets: [target] }],
    metric_relabel_configs: [
      { source_labels: ['__name__'], regex: 'traefik_(service|config|open)_.*', action: 'keep' },
      { source_labels: ['service'], regex: serviceName, target_label: 'app', replacement: '$1' },
      { source_labels: ['service'], regex: serviceName, target_label: 'route', replacement: '$3' },
      { source_labels: ['service'], regex: serviceName, target_label: 'service', replacement: '$2' },
    ],
  };
}

function craneJob(target: string, scrapeMs: number, authorization: unknown): Record<string, unknown> {
  return {
    job_name: jobs.crane,
    scrape_interval: renderDuration(scrapeMs),
    scrape_timeout: renderDuration(scrapeMs),
    // The exporter's own `instance` labels name instances of apps.
    honor_labels: true,
    authorization,
    static_configs: [{ targets: [target] }],
  };
}

function appsJob(url: string, authorization: unknown): Record<string, unknown> {
  return {
    job_name: jobs.apps,
    honor_labels: false,
    honor_timestamps: false,
    follow_redirects: false,
    // Every target is the internal listener, which reads the metrics of the instance that the path names.
    authorization,
    body_size_limit: '4MB',
    sample_limit: 5_000,
    label_limit: 30,
    label_name_length_limit: 100,
    label_value_length_limit: 500,
    // Prometheus takes changes over every five seconds; asking more often than that makes the wait shorter by half.
    http_sd_configs: [{ url, refresh_interval: '2s', authorization }],
  };
}
