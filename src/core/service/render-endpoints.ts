import type { ComposeEndpoint, ComposeProject, ComposeService } from '../compose/compose-project.ts';
import { defined } from './defined.ts';
import type { EngineEndpoint } from './engine-create.ts';

type Request = {
  project: ComposeProject;
  service: string;
  spec: ComposeService;
  slot: number;
  network: (name: string) => string;
};

/** Endpoints by the engine's network name, the one with the highest priority first (it gives the default gateway). */
export function renderEndpoints({
  project,
  service,
  spec,
  slot,
  network,
}: Request): [string, EngineEndpoint][] {
  if (spec.network_mode !== undefined) return [];
  const names = linkedNames(project, service);
  return byPriority(spec.networks ?? { default: null }).map(([name, endpoint], index) => [
    network(name),
    defined<EngineEndpoint>({
      Aliases: [...new Set([service, ...(endpoint?.aliases ?? []), ...ownName(spec), ...names])],
      IPAMConfig: slot === 1 ? addresses(endpoint) : undefined,
      DriverOpts: driverOptions(endpoint),
      MacAddress: endpoint?.mac_address ?? (index === 0 ? spec.mac_address : undefined),
      GwPriority: endpoint?.gw_priority,
    }),
  ]);
}

/** Highest priority first; of equal ones by name. */
function byPriority(networks: Record<string, ComposeEndpoint>): [string, ComposeEndpoint][] {
  return Object.entries(networks).sort(
    ([nameA, a], [nameB, b]) => (b?.priority ?? 0) - (a?.priority ?? 0) || (nameA < nameB ? -1 : 1),
  );
}

/** A container name is not used for instances, since there may be several; others still reach the service by it. */
function ownName({ container_name: name }: ComposeService): string[] {
  return name === undefined ? [] : [name];
}

/** Names that other services gave this one by `links: [service:name]`. */
function linkedNames(project: ComposeProject, service: string): string[] {
  return Object.values(project.services).flatMap(({ links }) =>
    (links ?? []).flatMap((link) => {
      const [target, name] = link.split(':');
      return target === service && name !== undefined ? [name] : [];
    }),
  );
}

function addresses(endpoint: ComposeEndpoint): EngineEndpoint['IPAMConfig'] {
  const config = defined<NonNullable<EngineEndpoint['IPAMConfig']>>({
    IPv4Address: endpoint?.ipv4_address,
    IPv6Address: endpoint?.ipv6_address,
    LinkLocalIPs: endpoint?.link_local_ips,
  });
  return Object.keys(config).length === 0 ? undefined : config;
}

function driverOptions(endpoint: ComposeEndpoint): Record<string, string> | undefined {
  const name = endpoint?.interface_name;
  if (name === undefined) return endpoint?.driver_opts;
  return { 'com.docker.network.endpoint.ifname': name, ...endpoint?.driver_opts };
}
