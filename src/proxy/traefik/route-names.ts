import type { AppRoutes, Route } from '../../core/route/route.ts';

/** The shared file in the watched folder (render-shared.ts); no app's file has its name. */
export const sharedFileName = 'crane.yml';

/** Names that every app's file may refer to; they are defined in the shared file (render-shared.ts). */
export const sharedNames = {
  retryConnect: 'crane-retry-connect',
  retryLost: 'crane-retry-lost',
  transport: 'crane-backends',
  /** To services that may sleep: a connection that stays open is one in use. */
  sleepyTransport: 'crane-sleepy-backends',
} as const;

/**
 * Router and service names in Traefik: `<app>.<service>`, and `<app>.<service>~2` for a second route of the same service.
 * An app's name has no dot and a service's name no `~`, so metrics can be mapped back: split at the first dot.
 */
export function nameRoutes({ routes }: AppRoutes): { name: string; route: Route }[] {
  const seen = new Map<string, number>();
  return routes.map((route) => {
    const nth = (seen.get(route.service) ?? 0) + 1;
    seen.set(route.service, nth);
    const name = `${route.app}.${route.service}`;
    return { name: nth === 1 ? name : `${name}~${nth}`, route };
  });
}

/** The middleware that tells which state of an app's file the router has loaded. No service can take this name. */
export function markerName(app: string): string {
  return `${app}.published`;
}

/** The balancer of a canary's instances, the one that shares requests out between both, and what cuts off a route's path. */
export function canaryName(name: string): string {
  return `${name}~canary`;
}
export function weightedName(name: string): string {
  return `${name}~weighted`;
}
/** The router of a route's TLS side, and what sends plain requests there. */
export function secureName(name: string): string {
  return `${name}~tls`;
}
export function redirectName(name: string): string {
  return `${name}.redirect`;
}
/** What tells the waker which service a request is for. */
export function wakeName(name: string): string {
  return `${name}.wake`;
}
export function stripName(name: string): string {
  return `${name}.strip`;
}
