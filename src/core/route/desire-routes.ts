import type { AppNames } from '../app/app.ts';
import type { ComposeProject, ComposeService } from '../compose/compose-project.ts';
import type { RouteDesire } from '../plan/plan-app.ts';
import { routeHosts } from './route.ts';

/** Routes an app's project asks for, in the order of its services; the first one also gets the app's own host. */
export function desireRoutes(
  { uniqueName, engineName }: AppNames,
  project: ComposeProject,
  prefix = 'crane',
): RouteDesire[] {
  const routed = Object.entries(project.services).flatMap(([service, spec]) =>
    (spec['x-crane']?.route ?? []).map((route) => ({ service, spec, route })),
  );
  return routed.map(({ service, spec, route }, index) => ({
    service,
    hosts: route.host === undefined ? routeHosts(uniqueName, service, index === 0) : [route.host],
    path: route.path ?? '/',
    port: route.port,
    isStripped: route.strip ?? false,
    isSticky: route.sticky ?? false,
    rateLimit:
      route.rateLimit === undefined
        ? null
        : { average: route.rateLimit.average, burst: route.rateLimit.burst ?? route.rateLimit.average },
    network: networkName(prefix, engineName, project, firstNetwork(spec, project)),
  }));
}

/** The router joins only the app's own networks. */
function firstNetwork(spec: ComposeService, { networks }: ComposeProject): string {
  const names = Object.keys(spec.networks ?? { default: null });
  return names.find((name) => networks?.[name]?.external !== true) ?? names[0] ?? 'default';
}

/** The engine's name of one of the app's networks: `<prefix>-<engine name>_<network>` unless the file names it. */
export function networkName(prefix: string, app: string, project: ComposeProject, network: string): string {
  const { name: named, external } = project.networks?.[network] ?? {};
  if (external === true) return named ?? network;
  if (named !== undefined && named !== `${app}_${network}`) return named;
  return `${prefix}-${app}_${network}`;
}
