export type PrometheusArguments = {
  /** Listens here: the part's own address on the platform network. Default `0.0.0.0:9090`. */
  listenAddress?: string;
  retentionHours?: number;
  retentionMegabytes?: number;
};

/** Command line of the part's container. Reloading by HTTP is on: only the platform network reaches it. */
export function renderPrometheusArguments({
  listenAddress = '0.0.0.0:9090',
  retentionHours = 48,
  retentionMegabytes = 512,
}: PrometheusArguments = {}): string[] {
  return [
    '--config.file=/etc/prometheus/prometheus.yml',
    '--storage.tsdb.path=/prometheus',
    `--storage.tsdb.retention.time=${retentionHours}h`,
    `--storage.tsdb.retention.size=${retentionMegabytes}MB`,
    `--web.listen-address=${listenAddress}`,
    '--web.enable-lifecycle',
    // A sample counts as the present for so long; signals tell their age and are refused much earlier.
    '--query.lookback-delta=1m',
    '--query.timeout=10s',
    '--query.max-concurrency=20',
    // Resent this often, an alert that Prometheus no longer sends is resolved within a minute.
    '--rules.alert.resend-delay=10s',
    // The scrape manager would otherwise take a change of discovered targets only every five seconds.
    '--scrape.discovery-reload-interval=1s',
    '--log.level=warn',
  ];
}
