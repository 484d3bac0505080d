import { stringify } from 'yaml';
import { sharedNames } from './route-names.ts';

export type RouterPace = {
  /** Time to connect to an instance. A removed address does not refuse, it times out. Default 150. */
  dialTimeoutMs?: number;
  /** Connect attempts in all, spread over the instances. Default 6. */
  connectAttempts?: number;
};

/**
 * What all apps share: connect time-outs, retries, and the router's own read-only API on the internal entry point,
 * which `confirm` asks. It is also what keeps the folder from ever being empty: Traefik ignores an empty
 * configuration, and would keep serving the routes of the last app after that was deleted.
 *
 * - `crane-retry-connect`: nothing was sent yet, so any method may be tried again, on the next instance.
 * - `crane-retry-lost`: an instance ended while it worked on a request (502). One more attempt, only for idempotent
 *   methods and only without a body.
 */
export function renderTraefikShared({ dialTimeoutMs = 150, connectAttempts = 6 }: RouterPace = {}): string {
  const http = {
    routers: {
      'crane-api': { rule: 'PathPrefix(`/api`)', entryPoints: ['internal'], service: 'api@internal' },
    },
    middlewares: {
      [sharedNames.retryConnect]: { retry: { attempts: connectAttempts, initialInterval: '20ms' } },
      [sharedNames.retryLost]: {
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
      [sharedNames.transport]: {
        maxIdleConnsPerHost: 200,
        forwardingTimeouts: { dialTimeout: `${dialTimeoutMs}ms`, idleConnTimeout: '60s' },
      },
      [sharedNames.sleepyTransport]: {
        maxIdleConnsPerHost: 200,
        forwardingTimeouts: { dialTimeout: `${dialTimeoutMs}ms`, idleConnTimeout: '3s' },
      },
    },
  };
  // Who asks for a host without a certificate is told so, instead of being shown one of somebody else.
  const tls = { options: { default: { sniStrict: true, minVersion: 'VersionTLS12' } } };
  return `# Shared by the files of all apps; written by Crane.\n${stringify({ http, tls }, { lineWidth: 0 })}`;
}
