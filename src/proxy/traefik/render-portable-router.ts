import { stringify } from 'yaml';
import type { PortableRoute, PortableRouter } from '../../core/bundle/bundle.ts';

const port = 8080;
const target = '/etc/traefik/routes.yaml';

/**
 * Traefik for a compose file: the official image by name (its entry point and Crane's own take the same arguments), told its
 * routes by one file. Services are reached by name; the network's own name server spreads over their instances.
 */
export function createPortableRouter({ image }: { image: string }): PortableRouter {
  return (routes) => ({
    image,
    port,
    command: [
      '--global.checkNewVersion=false',
      '--global.sendAnonymousUsage=false',
      '--log.level=ERROR',
      `--entryPoints.apps.address=:${port}`,
      `--providers.file.filename=${target}`,
    ],
    config: { target, text: renderRoutes(routes) },
  });
}

function renderRoutes(routes: readonly PortableRoute[]): string {
  const named = routes.map((route, index) => ({ route, name: `${route.service}-${index + 1}` }));
  const limits = named.flatMap(({ name, route: { rateLimit } }) =>
    rateLimit === null ? [] : [[`${name}-limit`, { rateLimit: { ...rateLimit, period: '1s' } }] as const],
  );
  const http = {
    routers: Object.fromEntries(named.flatMap(({ name, route }) => renderRouters(name, route))),
    services: Object.fromEntries(
      named.map(({ name, route }) => [
        name,
        { loadBalancer: { servers: [{ url: `http://${route.service}:${route.port}` }] } },
      ]),
    ),
    // An instance that is gone, or not there yet, costs the visitor a moment instead of an error.
    middlewares: {
      again: { retry: { attempts: 4, initialInterval: '100ms' } },
      ...Object.fromEntries(limits),
    },
  };
  return stringify({ http }, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** By its hosts, and below that for any host. A longer path goes before a shorter one. */
function renderRouters(name: string, route: PortableRoute): [string, object][] {
  const middlewares = [...(route.rateLimit === null ? [] : [`${name}-limit`]), 'again'];
  const router = (rule: string, rank: number): object => ({
    rule,
    priority: rank + route.path.length,
    entryPoints: ['apps'],
    middlewares,
    service: name,
  });
  const hosts = route.hosts.map((host) => `Host(\`${host}\`)`).join(' || ');
  const path = pathRule(route.path);
  return [
    [name, router(path === null ? hosts : `(${hosts}) && (${path})`, 10_000)],
    ...(route.isForAnyHost
      ? ([[`${name}-any`, router(path ?? 'PathPrefix(`/`)', 1)]] satisfies [string, object][])
      : []),
  ];
}

/** Each segment is matched whole: `/api` takes `/api` and `/api/x`, not `/apix`. Null: every path. */
function pathRule(path: string): string | null {
  const prefix = path.replace(/\/+$/, '');
  return prefix === '' ? null : `Path(\`${prefix}\`) || PathPrefix(\`${prefix}/\`)`;
}
