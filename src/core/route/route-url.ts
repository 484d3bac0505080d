import type { Route } from './route.ts';

/** The router's ports on loopback, as browsers know them. */
export type RouterPorts = { routerPort: number; tlsPort: number };

/** The address a person opens: a route's first host, with TLS where it has it. Null without a route. */
export function routeUrl(
  route: Pick<Route, 'hosts' | 'path' | 'tls'> | undefined,
  { routerPort, tlsPort }: RouterPorts,
): string | null {
  const [host] = route?.hosts ?? [];
  if (route === undefined || host === undefined) return null;
  const [scheme, port, usual] =
    route.tls === 'off' ? (['http', routerPort, 80] as const) : (['https', tlsPort, 443] as const);
  return `${scheme}://${host}${port === usual ? '' : `:${port}`}${route.path === '/' ? '' : route.path}`;
}
