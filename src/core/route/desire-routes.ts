import type { AppNames } from '../app/app.ts';
import type { ComposeProject, ComposeService } from '../compose/compose-project.ts';
import type { RouteDesire } from '../plan/app-desire.ts';
import { routeHosts, type RouteTls } from './route.ts';

/** Where an app's project is to be reached: its routes, apart from the network that leads there. */
export type PublicRoute = Omit<RouteDesire, 'network'>;

/** Routes an app's project asks for, in the order of its services; the first one also gets the app's own host. */
export function publicRoutes(uniqueName: string, project: ComposeProject): PublicRoute[] {
  return routedServices(project).map(({ service, route }, index) => ({
    service,
    hosts: route.host === undefined ? routeHosts(uniqueName, service, index === 0) : [route.host],
    path: route.path ?? '/',
    port: route.port,
    isStripped: route.strip ?? false,
    isSticky: route.sticky ?? false,
    tls: tlsOf(route.tls),
    rateLimit:
      route.rateLimit === undefined
        ? null
        : { average: route.rateLimit.average, burst: route.rateLimit.burst ?? route.rateLimit.average },
  }));
}

/** The same, with the networks of the engine in which the router finds them. */
export function desireRoutes(app: AppNames, project: ComposeProject, prefix: string): RouteDesire[] {
  const networks = routedServices(project).map(({ spec }) =>
    networkName(networkOwner(prefix, app), project, firstNetwork(spec, project)),
  );
  return publicRoutes(app.uniqueName, project).map((route, index) => ({
    ...route,
    network: networks[index] ?? '',
  }));
}

type Routed = {
  service: string;
  spec: ComposeService;
  route: NonNullable<NonNullable<ComposeService['x-crane']>['route']>[number];
};

function routedServices(project: ComposeProject): Routed[] {
  return Object.entries(project.services).flatMap(([service, spec]) =>
    (spec['x-crane']?.route ?? []).map((route) => ({ service, spec, route })),
  );
}

function tlsOf(asked: boolean | 'only' | 'off' | undefined): RouteTls {
  if (asked === 'only') return 'only';
  return asked === true ? 'also' : 'off';
}

/** The router joins only the app's own networks. */
function firstNetwork(spec: ComposeService, { networks }: ComposeProject): string {
  const names = Object.keys(spec.networks ?? { default: null });
  return names.find((name) => networks?.[name]?.external !== true) ?? names[0] ?? 'default';
}

/** Whose networks are named: `app` is its engine name. */
export type NetworkOwner = { prefix: string; app: string; defaultNetwork?: string | null };

export function networkOwner(
  prefix: string,
  { engineName, defaultNetwork = null }: Omit<AppNames, 'uniqueName'>,
): NetworkOwner {
  return { prefix, app: engineName, defaultNetwork };
}

/**
 * The engine's name of one of the app's networks: `<prefix>-<engine name>_<network>` unless the file names it, or the app took one
 * that was made ahead.
 */
export function networkName(
  { prefix, app, defaultNetwork = null }: NetworkOwner,
  project: ComposeProject,
  network: string,
): string {
  const { name: named, external } = project.networks?.[network] ?? {};
  if (external === true) return named ?? network;
  if (defaultNetwork !== null && isPlainDefault(app, project, network)) return defaultNetwork;
  if (named !== undefined && named !== `${app}_${network}`) return named;
  return `${prefix}-${app}_${network}`;
}

/** The network that services are on which name none, and of which the file wants nothing: any network does. */
export function isPlainDefault(app: string, { networks }: ComposeProject, network: string): boolean {
  const { name, ...wanted } = networks?.[network] ?? {};
  return (
    network === 'default' &&
    Object.keys(wanted).length === 0 &&
    (name ?? `${app}_default`) === `${app}_default`
  );
}
