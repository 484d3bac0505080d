import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import type { AppRoutes, Route } from '../../core/route/route.ts';
import { checkRoutes } from './check-routes.ts';
import { renderPublishedHeader } from './published-header.ts';
import { markerName, nameRoutes, sharedNames } from './route-names.ts';

/**
 * One app's file for Traefik's file provider. Pure; the same routes give the same text.
 *
 * A route without backends keeps its router and an empty load balancer, which Traefik answers with 503. Throws
 * `input.invalid` for values that could mean more than themselves (see check-routes.ts).
 */
export function renderTraefikDynamic(app: AppRoutes): string {
  checkRoutes(app);
  const named = nameRoutes(app);
  const header = renderPublishedHeader(app);
  const mark = createHash('sha256').update(header).digest('hex').slice(0, 16);
  const limited = named.flatMap(({ name, route }) =>
    route.rateLimit === null ? [] : [[limitName(name), { rateLimit: renderLimit(route.rateLimit) }] as const],
  );
  const http = {
    ...(named.length === 0
      ? {}
      : {
          routers: Object.fromEntries(named.map(({ name, route }) => [name, renderRouter(name, route)])),
          services: Object.fromEntries(named.map(({ name, route }) => [name, renderService(name, route)])),
        }),
    middlewares: {
      ...Object.fromEntries(limited),
      [markerName(app.app)]: { headers: { customRequestHeaders: { 'X-Crane-Published': mark } } },
    },
  };
  const body = stringify(
    { http },
    { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' },
  );
  return `${header}\n${body}`;
}

function renderRouter(name: string, route: Route): Record<string, unknown> {
  return {
    rule: renderRule(route),
    // Traefik's own order is by length of the rule, so many hosts would beat a longer path.
    priority: 10 + route.path.length,
    entryPoints: ['apps'],
    middlewares: [
      ...(route.rateLimit === null ? [] : [limitName(name)]),
      sharedNames.retryLost,
      sharedNames.retryConnect,
    ],
    service: name,
  };
}

/** Each segment of the path is matched whole: `/api` takes `/api` and `/api/x`, not `/apix`. */
function renderRule({ hosts, path }: Route): string {
  const host = [...new Set(hosts)].map((each) => `Host(\`${each}\`)`).join(' || ');
  const prefix = path.replace(/\/+$/, '');
  if (prefix === '') return host;
  return `(${host}) && (Path(\`${prefix}\`) || PathPrefix(\`${prefix}/\`))`;
}

function renderService(name: string, route: Route): Record<string, unknown> {
  const urls = [...new Set(route.backends.map((backend) => backend.url))];
  return {
    loadBalancer: {
      servers: urls.map((url) => ({ url })),
      ...(route.isSticky
        ? { sticky: { cookie: { name: cookieName(name), httpOnly: true, sameSite: 'lax' } } }
        : {}),
      serversTransport: sharedNames.transport,
    },
  };
}

/** Cookies know no ports or routes: each service gets a name of its own. */
function cookieName(name: string): string {
  return `crane_${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
}

function renderLimit({ average, burst }: { average: number; burst: number }): Record<string, unknown> {
  return { average: Math.ceil(average), burst: Math.ceil(burst), period: '1s' };
}

function limitName(name: string): string {
  return `${name}.limit`;
}
