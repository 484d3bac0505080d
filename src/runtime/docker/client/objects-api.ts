import { z } from 'zod';
import type { AddressPool } from '../../../core/port/runtime.ts';
import type { EngineEndpoint } from '../../../core/service/engine-create.ts';
import {
  createdNetwork,
  engineEvent,
  infoReply,
  networkDetails,
  versionReply,
  volumeDetails,
  volumeList,
  type EngineEvent,
  type EngineInfo,
  type EngineVersion,
  type NetworkDetails,
  type VolumeDetails,
} from './object-reply.ts';
import { enginePath, renderFilters, type Filters } from './request-path.ts';
import { parseValue, type Transport } from './transport.ts';

export type NetworksApi = {
  list(request?: { filters?: Filters }, signal?: AbortSignal): Promise<NetworkDetails[]>;
  /** By id or exact name, with the attached containers. */
  inspect(id: string, signal?: AbortSignal): Promise<NetworkDetails>;
  /** `engine.conflict` when the name is taken. */
  create(
    request: {
      name: string;
      driver?: string;
      isInternal?: boolean;
      isAttachable?: boolean;
      hasIpv6?: boolean;
      subnets?: readonly AddressPool[];
      addressOptions?: Readonly<Record<string, string>>;
      labels?: Readonly<Record<string, string>>;
      options?: Readonly<Record<string, string>>;
    },
    signal?: AbortSignal,
  ): Promise<string>;
  remove(id: string, signal?: AbortSignal): Promise<void>;
  connect(network: string, container: string, endpoint?: EngineEndpoint, signal?: AbortSignal): Promise<void>;
  disconnect(
    network: string,
    container: string,
    request?: { force?: boolean },
    signal?: AbortSignal,
  ): Promise<void>;
};

export function createNetworksApi(transport: Transport): NetworksApi {
  return {
    list: ({ filters } = {}, signal) =>
      transport.json(
        {
          what: 'List networks',
          method: 'GET',
          path: '/networks',
          query: { filters: renderFilters(filters) },
          signal,
        },
        z.array(networkDetails),
      ),
    inspect: (id, signal) =>
      transport.json(
        { what: `Inspect network ${id}`, method: 'GET', path: enginePath`/networks/${id}`, signal },
        networkDetails,
      ),
    create: (request, signal) =>
      transport.json(
        {
          what: `Create network ${request.name}`,
          method: 'POST',
          path: '/networks/create',
          body: { json: renderNetwork(request) },
          signal,
        },
        createdNetwork,
      ),
    remove: async (id, signal) => {
      const path = enginePath`/networks/${id}`;
      await transport.send({ what: `Remove network ${id}`, method: 'DELETE', path, signal });
    },
    connect: async (network, container, endpoint, signal) => {
      await transport.send({
        what: `Connect container ${container} to network ${network}`,
        method: 'POST',
        path: enginePath`/networks/${network}/connect`,
        body: {
          json: {
            Container: container,
            ...(endpoint === undefined ? {} : { EndpointConfig: endpoint }),
          },
        },
        signal,
      });
    },
    disconnect: async (network, container, { force = false } = {}, signal) => {
      await transport.send({
        what: `Disconnect container ${container} from network ${network}`,
        method: 'POST',
        path: enginePath`/networks/${network}/disconnect`,
        body: { json: { Container: container, Force: force } },
        signal,
      });
    },
  };
}

function renderNetwork(request: Parameters<NetworksApi['create']>[0]): Record<string, unknown> {
  const config = (request.subnets ?? []).map(({ subnet, gateway, ipRange, reserved }) => ({
    Subnet: subnet,
    ...(gateway === undefined ? {} : { Gateway: gateway }),
    ...(ipRange === undefined ? {} : { IPRange: ipRange }),
    ...(reserved === undefined ? {} : { AuxiliaryAddresses: reserved }),
  }));
  const options = request.addressOptions ?? {};
  return {
    Name: request.name,
    // Before API 1.44 the engine makes a second network of the same name unless told not to.
    CheckDuplicate: true,
    Driver: request.driver ?? 'bridge',
    Internal: request.isInternal ?? false,
    Attachable: request.isAttachable ?? false,
    EnableIPv6: request.hasIpv6 ?? false,
    Labels: request.labels ?? {},
    Options: request.options ?? {},
    ...(config.length === 0 && Object.keys(options).length === 0
      ? {}
      : { IPAM: { Driver: 'default', Options: options, Config: config } }),
  };
}

export type VolumesApi = {
  list(request?: { filters?: Filters }, signal?: AbortSignal): Promise<readonly VolumeDetails[]>;
  inspect(name: string, signal?: AbortSignal): Promise<VolumeDetails>;
  /** An existing volume of this name is left as it is and returned. */
  create(
    request: {
      name: string;
      driver?: string;
      options?: Readonly<Record<string, string>>;
      labels?: Readonly<Record<string, string>>;
    },
    signal?: AbortSignal,
  ): Promise<VolumeDetails>;
  /** `engine.conflict` while a container uses it. */
  remove(name: string, signal?: AbortSignal): Promise<void>;
};

export function createVolumesApi(transport: Transport): VolumesApi {
  return {
    list: ({ filters } = {}, signal) =>
      transport.json(
        {
          what: 'List volumes',
          method: 'GET',
          path: '/volumes',
          query: { filters: renderFilters(filters) },
          signal,
        },
        volumeList,
      ),
    inspect: (name, signal) =>
      transport.json(
        { what: `Inspect volume ${name}`, method: 'GET', path: enginePath`/volumes/${name}`, signal },
        volumeDetails,
      ),
    create: ({ name, driver, options, labels }, signal) =>
      transport.json(
        {
          what: `Create volume ${name}`,
          method: 'POST',
          path: '/volumes/create',
          body: {
            json: { Name: name, Driver: driver ?? 'local', DriverOpts: options ?? {}, Labels: labels ?? {} },
          },
          signal,
        },
        volumeDetails,
      ),
    remove: async (name, signal) => {
      const path = enginePath`/volumes/${name}`;
      await transport.send({ what: `Remove volume ${name}`, method: 'DELETE', path, signal });
    },
  };
}

export type SystemApi = {
  /** Throws `engine.unreachable` or `engine.unsupported`; resolves to the API version spoken. */
  ping(signal?: AbortSignal): Promise<string>;
  version(signal?: AbortSignal): Promise<EngineVersion>;
  info(signal?: AbortSignal): Promise<EngineInfo>;
  /** Never ends by itself while the engine lives. `sinceMs` replays what the engine still remembers. */
  events(
    request: { filters?: Filters; sinceMs?: number; onOpen?: () => void },
    signal?: AbortSignal,
  ): AsyncIterable<EngineEvent>;
};

export function createSystemApi(transport: Transport): SystemApi {
  return {
    ping: async (signal) => {
      await transport.send({
        what: 'Ask the engine whether it lives',
        method: 'GET',
        path: '/_ping',
        signal,
      });
      return transport.apiVersion(signal);
    },
    version: (signal) =>
      transport.json(
        { what: 'Ask the engine for its version', method: 'GET', path: '/version', signal },
        versionReply,
      ),
    info: (signal) =>
      transport.json(
        { what: 'Ask the engine about itself', method: 'GET', path: '/info', signal },
        infoReply,
      ),
    events: async function* ({ filters, sinceMs, onOpen }, signal) {
      const what = 'Follow the events of the engine';
      const lines = transport.lines({
        what,
        method: 'GET',
        path: '/events',
        query: {
          filters: renderFilters(filters),
          since: sinceMs === undefined ? undefined : (sinceMs / 1000).toFixed(6),
        },
        signal,
        ...(onOpen === undefined ? {} : { onOpen }),
      });
      for await (const line of lines) yield parseValue(line, engineEvent, what);
    },
  };
}
