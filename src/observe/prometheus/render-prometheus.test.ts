import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { parse } from 'yaml';
import { z } from 'zod';
import { signalNames } from '../../core/signal/signal.ts';
import { quotePromql } from './promql.ts';
import { renderPrometheusArguments } from './render-arguments.ts';
import { renderPrometheusConfig } from './render-config.ts';
import { scalingAlertName } from '../../core/alert/scaling-alert-name.ts';
import { renderRules } from './render-rules.ts';
import { signalQuery } from './signal-query.ts';

const config = {
  routerTarget: '10.210.0.2:8082',
  craneTarget: '10.210.0.1:7071',
  discoveryUrl: 'http://10.210.0.1:7071/internal/discovery',
  alertmanagerTarget: '10.210.0.4:9093',
};
const rule = {
  app: 'shop-1',
  service: 'web',
  signal: 'requestsPerSecond' as const,
  target: 50,
  tolerance: 0.1,
  severity: 'warning' as const,
};

describe('renderPrometheusConfig', () => {
  it('scrapes the router quickly, Crane every second, and apps within bounds', () => {
    const authorization = { type: 'Bearer', credentials_file: '/etc/prometheus/credential' };
    const regex = '([^.@]+)\\.([^@~]+)(?:~([0-9]+))?(?:~canary)?@file';
    const rendered: unknown = parse(renderPrometheusConfig(config));
    assert.deepEqual(rendered, {
      global: { scrape_interval: '5000ms', scrape_timeout: '4000ms', evaluation_interval: '250ms' },
      rule_files: ['/etc/prometheus/rules/*.yml'],
      alerting: {
        alertmanagers: [
          { timeout: '3s', api_version: 'v2', static_configs: [{ targets: ['10.210.0.4:9093'] }] },
        ],
      },
      scrape_configs: [
        {
          job_name: 'crane-router',
          scrape_interval: '250ms',
          scrape_timeout: '250ms',
          static_configs: [{ targets: ['10.210.0.2:8082'] }],
          metric_relabel_configs: [
            { source_labels: ['__name__'], regex: 'traefik_(service|config|open)_.*', action: 'keep' },
            { source_labels: ['service'], regex, target_label: 'app', replacement: '$1' },
            { source_labels: ['service'], regex, target_label: 'route', replacement: '$3' },
            { source_labels: ['service'], regex, target_label: 'service', replacement: '$2' },
          ],
        },
        {
          job_name: 'crane',
          scrape_interval: '1000ms',
          scrape_timeout: '1000ms',
          honor_labels: true,
          authorization,
          static_configs: [{ targets: ['10.210.0.1:7071'] }],
        },
        {
          job_name: 'apps',
          honor_labels: false,
          honor_timestamps: false,
          follow_redirects: false,
          authorization,
          body_size_limit: '4MB',
          sample_limit: 5_000,
          label_limit: 30,
          label_name_length_limit: 100,
          label_value_length_limit: 500,
          http_sd_configs: [
            { url: 'http://10.210.0.1:7071/internal/discovery', refresh_interval: '2s', authorization },
          ],
        },
      ],
    });
  });

  it('takes other paces', () => {
    const text = renderPrometheusConfig({
      ...config,
      scrapeMs: 500,
      evaluationMs: 1_000,
      craneScrapeMs: 2_000,
    });
    for (const part of ['scrape_interval: 500ms', 'evaluation_interval: 1000ms', 'scrape_interval: 2000ms'])
      assert.ok(text.includes(part));
  });

  it('can be reloaded by HTTP and keeps a bounded past', () => {
    const line = renderPrometheusArguments({ listenAddress: '10.210.0.3:9090' });
    for (const flag of [
      '--web.enable-lifecycle',
      '--web.listen-address=10.210.0.3:9090',
      '--storage.tsdb.retention.size=512MB',
    ])
      assert.ok(line.includes(flag));
  });
});

const rules = `# Written by Crane from the scale settings of the apps and their owners' rules.
groups:
  - name: crane:ceilings
    interval: 1s
    rules:
      - record: crane:scale_ceiling
        expr: vector(55)
        labels:
          app: shop-1
          service: web
          signal: requestsPerSecond
          severity: warning
          target: "50"
  - name: crane:alerts
    rules:
      - alert: CraneScaleRequestsPerSecond
        expr: (sum by (app, service) (rate(traefik_service_requests_total{job="crane-router"}[1000ms]))) / on (app, service) clamp_min(max by (app, service) (crane_service_replicas{job="crane",state="ready"}), 1) > on (app, service) crane:scale_ceiling{signal="requestsPerSecond",severity="warning"}
        keep_firing_for: 3s
        labels:
          signal: requestsPerSecond
          severity: warning
        annotations:
          summary: '{{ $labels.app }}/{{ $labels.service }}: {{ printf "%.1f" $value }} req/s per replica against a target of {{ with printf "crane:scale_ceiling{app=%q,service=%q,signal=\\"requestsPerSecond\\"}" $labels.app $labels.service | query }}{{ . | first | label "target" }}{{ end }}'
`;

const ruleFile = z.object({ groups: z.array(z.object({ name: z.string(), rules: z.array(z.unknown()) })) });

describe('renderRules', () => {
  it('renders a ceiling per service and signal, and an alert per signal over all services', () => {
    assert.equal(renderRules([rule]), rules);
  });

  it('has as many alerts as signals however many apps there are, and one text whatever the order', () => {
    const set = ['shop-1', 'blog-2', 'wiki-3'].flatMap((app) =>
      signalNames.map((signal) => ({ ...rule, app, signal })),
    );
    const text = renderRules(set);
    assert.equal(renderRules(set.toReversed()), text);
    const { groups } = ruleFile.parse(parse(text));
    assert.deepEqual(
      groups.map(({ name, rules }) => [name, rules.length]),
      [
        ['crane:ceilings', 18],
        ['crane:alerts', 6],
      ],
    );
  });

  it('leaves the alerts alone when an app comes or goes', () => {
    const alertsOf = (set: (typeof rule)[]): unknown => ruleFile.parse(parse(renderRules(set))).groups[1];
    assert.deepEqual(alertsOf([rule, { ...rule, app: 'blog-2', target: 7 }]), alertsOf([rule]));
  });

  it('is empty without rules', () => {
    assert.deepEqual(ruleFile.parse(parse(renderRules([]))), { groups: [] });
  });

  it('names its alerts after the signal', () => {
    assert.deepEqual(signalNames.map(scalingAlertName), [
      'CraneScaleRequestsPerSecond',
      'CraneScaleP95Ms',
      'CraneScaleErrorRate',
      'CraneScaleInFlight',
      'CraneScaleCpuPercent',
      'CraneScaleMemoryPercent',
    ]);
  });
});

/** Labels that a quoted PromQL string closes too early would leak outside the quotes. */
function outsideQuotes(query: string): string {
  return query.replace(/"(?:[^"\\\n]|\\.)*"/g, '""');
}

describe('signalQuery', () => {
  it('divides what is per replica by the ready ones, at least one', () => {
    const ask = (name: (typeof signalNames)[number], replicas: number): string =>
      signalQuery({ name, app: 'shop-1', service: 'web', replicas }).value;
    assert.match(ask('requestsPerSecond', 3), /^sum\(sum by .*\[1000ms\]\)\)\) \/ 3 or /);
    assert.match(ask('requestsPerSecond', 0), /\/ 1 or /);
    assert.doesNotMatch(ask('p95Ms', 3), /\/ 3/);
  });

  it('takes other windows', () => {
    const windows = { requestsPerSecond: 2_000, p95Ms: 9_000, errorRate: 9_000, inFlight: 9_000 };
    const query = signalQuery({ name: 'p95Ms', app: 'a-1', service: 'b', replicas: 1, windows });
    assert.match(query.value, /\[9000ms\]/);
  });

  it('S82 never lets a name end its matcher, whatever it is', () => {
    const plain = signalNames.map((name) =>
      outsideQuotes(signalQuery({ name, app: 'a', service: 'b', replicas: 1 }).value),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (app, service) => {
        for (const [index, name] of signalNames.entries()) {
          const { value, age } = signalQuery({ name, app, service, replicas: 1 });
          assert.equal(outsideQuotes(value), plain[index]);
          assert.doesNotMatch(value + age, /[\n\r\u2028]/);
        }
      }),
    );
  });

  it('escapes as Go reads it', () => {
    assert.equal(quotePromql('a"b\\c\nd\u0001\u0085\ud800'), '"a\\"b\\\\c\\nd\\u0001\\u0085\ufffd"');
  });
});
