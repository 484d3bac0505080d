/**
 * Crane's own client of the Docker Engine API, over `node:http`: unix socket, TCP, TLS, Windows named pipe.
 *
 *     const client = await openEngineClient({ … });            // reads ~/.docker, chooses the endpoint (open-engine-client.ts)
 *     const client = createEngineClient({ endpoint });          // the endpoint is known
 *
 * - `client.system`      ping, version, info, events
 * - `client.containers`  list, inspect, create, start, stop, kill, pause, unpause, rename, remove, wait, logs, stats, streamStats,
 *                        top, putArchive, getArchive
 * - `client.execs`       create, start, resize, inspect; attach and resizeContainer for a container's main process
 * - `client.images`      list (filters: `{ label: ['crane.part=opa'] }`), inspect, find (null when absent), pull, build, tag, remove,
 *                        save, load
 * - `client.networks`    list, inspect, create, remove, connect, disconnect
 * - `client.volumes`     list, inspect, create, remove
 *
 * Every call throws only `CraneError`s: `engine.unreachable` and `engine.unsupported` (with what to do), `engine.not_found` (404),
 * `engine.conflict` (409), `engine.failed` (the engine's own words), `engine.timed_out`, `operation.cancelled` (your signal),
 * and `image.*` from pull and build. The one exception: an error thrown by a body you stream in (tar) comes back as it is.
 * Errors inside a 200 stream (build, pull, load) are thrown. Every call has a time-out and takes an `AbortSignal`.
 *
 * Streams (`AsyncIterable`) are lazy: nothing is sent before the first read. Leaving the `for await` loop closes the connection at
 * once, even while a read is pending. Long streams have connections of their own, short calls share sixteen.
 *
 * The API version is negotiated on the first call (1.41 to 1.52) and again after the engine was away.
 */
import { createContainersApi, type ContainersApi } from './containers-api.ts';
import type { ClientEndpoint } from './connect.ts';
import { createExecsApi, type ExecsApi } from './execs-api.ts';
import { createImagesApi, type ImagesApi } from './images-api.ts';
import {
  createNetworksApi,
  createSystemApi,
  createVolumesApi,
  type NetworksApi,
  type SystemApi,
  type VolumesApi,
} from './objects-api.ts';
import type { RegistryCredentials } from './registry-credentials.ts';
import { createTransport } from './transport.ts';

export type EngineClient = {
  /** The endpoint, for messages: `unix:///var/run/docker.sock`. */
  where: string;
  /** The negotiated API version, `1.41` … `1.52`. */
  apiVersion(signal?: AbortSignal): Promise<string>;
  system: SystemApi;
  containers: ContainersApi;
  execs: ExecsApi;
  images: ImagesApi;
  networks: NetworksApi;
  volumes: VolumesApi;
  /** Lets idle connections go; streams that are being read go on. */
  close(): void;
};

export function createEngineClient({
  endpoint,
  credentials = null,
}: {
  endpoint: ClientEndpoint;
  credentials?: RegistryCredentials | null;
}): EngineClient {
  const transport = createTransport(endpoint);
  return {
    where: transport.where,
    apiVersion: (signal) => transport.apiVersion(signal),
    system: createSystemApi(transport),
    containers: createContainersApi(transport),
    execs: createExecsApi(transport),
    images: createImagesApi(transport, credentials),
    networks: createNetworksApi(transport),
    volumes: createVolumesApi(transport),
    close: () => transport.close(),
  };
}
