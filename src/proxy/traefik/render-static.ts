import { stringify } from 'yaml';

export type TraefikStatic = {
  /** Port of the apps' entry point inside the container; published on loopback only. Default 8080. */
  appsPort?: number;
  /** Port of the apps' entry point with TLS, likewise. Default 8443. */
  securePort?: number;
  /** The part's own address on the platform network with a port, such as `10.210.0.10:8082`. Never an empty host. */
  internalAddress: string;
  /** The watched folder as the container sees it. Default `/etc/traefik/dynamic`. */
  directory?: string;
  logLevel?: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
};

/** Buckets in seconds; narrow where a web service answers, since p95 is read from them. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Traefik's static configuration (`/etc/traefik/traefik.yml`). Metrics, ping and the read-only API listen only on the
 * platform network's address: apps share other networks with the router and must not reach them. No dashboard, no
 * telemetry, no version check, no Docker provider.
 */
export function renderTraefikStatic({
  appsPort = 8080,
  securePort = 8443,
  internalAddress,
  directory = '/etc/traefik/dynamic',
  logLevel = 'ERROR',
}: TraefikStatic): string {
  const transport = { lifeCycle: { requestAcceptGraceTimeout: '0s', graceTimeOut: '5s' } };
  return stringify(
    {
      global: { checkNewVersion: false, sendAnonymousUsage: false },
      log: { level: logLevel, format: 'json' },
      entryPoints: {
        apps: { address: `:${appsPort}`, http: { aliasHeadersStrategy: 'delete' }, transport },
        secure: { address: `:${securePort}`, http: { aliasHeadersStrategy: 'delete' }, transport },
        internal: { address: internalAddress, http: { aliasHeadersStrategy: 'delete' }, transport },
      },
      providers: { providersThrottleDuration: '50ms', file: { directory, watch: true } },
      api: { dashboard: false, debug: false, disableDashboardAd: true },
      ping: { entryPoint: 'internal' },
      metrics: {
        prometheus: {
          entryPoint: 'internal',
          addEntryPointsLabels: false,
          addRoutersLabels: false,
          addServicesLabels: true,
          buckets,
        },
      },
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}
