import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parse } from 'yaml';
import { renderTraefikShared } from './render-shared.ts';
import { renderTraefikStatic } from './render-static.ts';

it('opens apps on all addresses of the container and everything else on one address of the platform', () => {
  const config: unknown = parse(renderTraefikStatic({ internalAddress: '10.210.0.10:8082' }));
  const transport = { lifeCycle: { requestAcceptGraceTimeout: '0s', graceTimeOut: '5s' } };
  assert.deepEqual(config, {
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    log: { level: 'ERROR', format: 'json' },
    entryPoints: {
      apps: { address: ':8080', http: { aliasHeadersStrategy: 'delete' }, transport },
      secure: { address: ':8443', http: { aliasHeadersStrategy: 'delete' }, transport },
      internal: { address: '10.210.0.10:8082', http: { aliasHeadersStrategy: 'delete' }, transport },
    },
    providers: {
      providersThrottleDuration: '50ms',
      file: { directory: '/etc/traefik/dynamic', watch: true },
    },
    api: { dashboard: false, debug: false, disableDashboardAd: true },
    ping: { entryPoint: 'internal' },
    metrics: {
      prometheus: {
        entryPoint: 'internal',
        addEntryPointsLabels: false,
        addRoutersLabels: false,
        addServicesLabels: true,
        buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      },
    },
  });
});

it('shares quick connect time-outs and two kinds of retries, and its API only inside', () => {
  const config: unknown = parse(renderTraefikShared({ dialTimeoutMs: 200, connectAttempts: 4 }));
  assert.deepEqual(config, {
    http: {
      routers: {
        'crane-api': { rule: 'PathPrefix(`/api`)', entryPoints: ['internal'], service: 'api@internal' },
      },
      middlewares: {
        'crane-retry-connect': { retry: { attempts: 4, initialInterval: '20ms' } },
        'crane-retry-lost': {
          retry: {
            attempts: 2,
            initialInterval: '10ms',
            status: ['502'],
            maxRequestBodyBytes: 0,
            disableRetryOnNetworkError: true,
          },
        },
      },
      serversTransports: {
        'crane-backends': {
          maxIdleConnsPerHost: 200,
          forwardingTimeouts: { dialTimeout: '200ms', idleConnTimeout: '60s' },
        },
        'crane-sleepy-backends': {
          maxIdleConnsPerHost: 200,
          forwardingTimeouts: { dialTimeout: '200ms', idleConnTimeout: '3s' },
        },
      },
    },
    tls: { options: { default: { sniStrict: true, minVersion: 'VersionTLS12' } } },
  });
});
