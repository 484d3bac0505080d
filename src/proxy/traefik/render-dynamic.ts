import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import type { AppRoutes, Route } from '../../core/route/route.ts';
import { checkRoutes } from './check-routes.ts';
import { renderPublishedHeader } from './published-header.ts';
import { wakeHeader } from '../../core/route/wake-header.ts';
import {
  canaryName,
  markerName,
  nameRoutes,
  redirectName,
  secureName,
  sharedNames,
  stripName,
  wakeName,
  weightedName,
} from './route-names.ts';

/** What routes with TLS need: the app's certificate and its key in PEM, and the port that browsers know. */
export type Secure = { certificate: string; key: string; port: number };

/**
 * One app's file for Traefik's file provider. Pure; the same routes give the same text.
 *
 * A route without backends keeps its router and an empty load balancer, which Traefik answers with 503; with a waker that one stands
 * in for them, and is told in a header which service is meant. Throws
 * `input.invalid` for values that could mean more than themselves (see check-routes.ts).
 *
 * The certificate stands in the file itself, so that it changes together with the routes and the mark tells of both.
 * Without one, routes are served without TLS.
 */
export function renderTraefikDynamic(app: AppRoutes, secure: Secure | null = null): string {
  checkRoutes(app);
  const named = nameRoutes(app);
  const header = renderPublishedHeader(app);
  const mark = createHash('sha256')
    .update(header)
    .update(secure === null ? '' : `${secure.port} ${secure.certificate}`)
    .digest('hex')
    .slice(0, 16);
  const limited = named.flatMap(({ name, route }) =>
    route.rateLimit === null ? [] : [[limitName(name), { rateLimit: renderLimit(route.rateLimit) }] as const],
  );
  const http = {
    ...(named.length === 0
      ? {}
      : {
          routers: Object.fromEntries(
            named.flatMap(({ name, route }) => renderRouters(name, route, secure !== null)),
          ),
          services: Object.fromEntries(named.flatMap(({ name, route }) => renderServices(name, route))),
        }),
    middlewares: {
      ...Object.fromEntries(limited),
      ...Object.fromEntries(
        named.flatMap(({ name, route }) =>
          isStripping(route) ? [[stripName(name), { stripPrefix: { prefixes: [prefixOf(route)] } }]] : [],
        ),
      ),
      ...Object.fromEntries(
        named.flatMap(({ name, route }) =>
          secure !== null && route.tls === 'only' ? [[redirectName(name), renderRedirect(secure)]] : [],
        ),
      ),
      ...Object.fromEntries(
        named.flatMap(({ name, route }) =>
          wakerOf(route) === null ? [] : [[wakeName(name), renderWake(route)]],
        ),
      ),
      [markerName(app.app)]: { headers: { customRequestHeaders: { 'X-Crane-Published': mark } } },
    },
  };
  const tls =
    secure === null ? {} : { tls: { certificates: [{ certFile: secure.certificate, keyFile: secure.key }] } };
  const body = stringify(
    { http, ...tls },
    { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' },
  );
  return `${header}\n${body}`;
}

/** A plain router, and one with TLS where the route has it; of a route with TLS only, the plain one sends on. */
function renderRouters(name: string, route: Route, isSecure: boolean): [string, Record<string, unknown>][] {
  const plain = renderRouter(name, route);
  if (!isSecure || route.tls === 'off') return [[name, plain]];
  const own = route.tls === 'only' ? { ...plain, middlewares: [redirectName(name)] } : plain;
  return [
    [name, own],
    [secureName(name), { ...plain, entryPoints: ['secure'], tls: {} }],
  ];
}

/** 301 for GET and 308 for all else, which keeps method and body. */
function renderRedirect({ port }: Secure): Record<string, unknown> {
  return { redirectScheme: { scheme: 'https', port: String(port), permanent: true } };
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
      ...(isStripping(route) ? [stripName(name)] : []),
      ...(wakerOf(route) === null ? [] : [wakeName(name)]),
    ],
    service: hasCanary(route) ? weightedName(name) : name,
  };
}

/** Each segment of the path is matched whole: `/api` takes `/api` and `/api/x`, not `/apix`. */
function renderRule(route: Route): string {
  const host = [...new Set(route.hosts)].map((each) => `Host(\`${each}\`)`).join(' || ');
  const prefix = prefixOf(route);
  if (prefix === '') return host;
  return `(${host}) && (Path(\`${prefix}\`) || PathPrefix(\`${prefix}/\`))`;
}

function prefixOf({ path }: Route): string {
  return path.replace(/\/+$/, '');
}

function isStripping(route: Route): boolean {
  return route.isStripped && prefixOf(route) !== '';
}

type Named = [name: string, service: Record<string, unknown>];

/** Weights are between releases that answer: a share of the requests is never given to nobody. */
function hasCanary({ backends, canary }: Route): boolean {
  return canary !== null && canary.backends.length > 0 && (backends.length > 0 || canary.weight === 0);
}

function renderServices(name: string, route: Route): Named[] {
  const { canary, backends } = route;
  if (canary === null || !hasCanary(route)) {
    const all = backends.length > 0 ? backends : (canary?.backends ?? []);
    return [[name, renderBalancer(name, route, all)]];
  }
  const services = [
    { name, weight: 100 - canary.weight },
    { name: canaryName(name), weight: canary.weight },
  ];
  return [
    [name, renderBalancer(name, route, backends)],
    [canaryName(name), renderBalancer(canaryName(name), route, canary.backends)],
    [weightedName(name), { weighted: { services, ...renderSticky(weightedName(name), route) } }],
  ];
}

/** The waker stands in only when nobody answers, canaries included. */
function wakerOf({ waker = null, backends, canary }: Route): string | null {
  return backends.length === 0 && (canary?.backends.length ?? 0) === 0 ? waker : null;
}

/** A header of that name which a client sent is replaced. */
function renderWake({ app, service, port }: Route): Record<string, unknown> {
  return { headers: { customRequestHeaders: { [wakeHeader]: `${app}/${service}/${port}` } } };
}

function transportOf({ waker = null }: Route): string {
  return waker === null ? sharedNames.transport : sharedNames.sleepyTransport;
}

function renderBalancer(name: string, route: Route, backends: Route['backends']): Record<string, unknown> {
  const waker = wakerOf(route);
  if (waker !== null)
    return { loadBalancer: { servers: [{ url: waker }], serversTransport: transportOf(route) } };
  const urls = [...new Set(backends.map((backend) => backend.url))];
  return {
    loadBalancer: {
      servers: urls.map((url) => ({ url })),
      ...renderSticky(name, route),
      serversTransport: transportOf(route),
    },
  };
}

function renderSticky(name: string, { isSticky }: Route): Record<string, unknown> {
  return isSticky ? { sticky: { cookie: { name: cookieName(name), httpOnly: true, sameSite: 'lax' } } } : {};
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
