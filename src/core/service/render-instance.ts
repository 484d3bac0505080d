import type { ComposeProject, ComposeService } from '../compose/compose-project.ts';
import { networkName } from '../route/desire-routes.ts';
import { parseRange } from '../compose/parse-port.ts';
import { durationMs } from '../compose/duration.ts';
import { defined } from './defined.ts';
import { stableHash } from './stable-hash.ts';
import type { EngineCreate, EngineEndpoint, InstanceSpec } from './engine-create.ts';
import { fileUses, renderWrittenFiles } from './file-uses.ts';
import { instanceName } from './instance.ts';
import { renderEndpoints } from './render-endpoints.ts';
import { renderHealthcheck } from './render-healthcheck.ts';
import { renderHostConfig } from './render-host-config.ts';

export type InstanceRequest = {
  prefix: string;
  app: string;
  /** See `App.defaultNetwork`. */
  defaultNetwork?: string | null;
  project: ComposeProject;
  service: string;
  spec: ComposeService;
  /** Content-addressed id; the container is made from exactly this image. */
  imageId: string;
  /** As written, for the compose label. */
  imageRef: string;
  release: number;
  /** For each secret that is not a file: the release that brought its present value, so that another value is another spec. */
  secretVersions?: Readonly<Record<string, number>>;
};

/**
 * Renders one instance to the engine's create payload: what `docker compose up` would make, plus Crane's labels and
 * safe defaults. Pure; the order of keys and lists is fixed, so the same input gives the same hash.
 */
export function renderInstance(request: InstanceRequest & { slot: number }): InstanceSpec {
  const { prefix, app, service, release, slot } = request;
  const { create, ...rest } = renderAnySlot(request, slot);
  const specHash = specHashOf(request);
  const labels = {
    ...create.Labels,
    'com.docker.compose.container-number': String(slot),
    // `docker compose ps` shows only what has one.
    'com.docker.compose.config-hash': specHash,
    'crane.app': app,
    'crane.service': service,
    'crane.release': String(release),
    'crane.slot': String(slot),
    'crane.spec': specHash,
  };
  return {
    name: instanceName(prefix, { app, service, release, slot }),
    create: { ...create, Labels: labels },
    ...rest,
    specHash,
  };
}

/** Hash of all that distinguishes instances of a service but the release and the slot: equal hashes need no replacement. */
export function specHashOf(request: InstanceRequest): string {
  const { post_start: postStart, pre_stop: preStop } = request.spec;
  const versions = usedVersions(request);
  // Only what is given counts, so that the hash of all others stays what it was.
  const more = {
    ...(Object.keys(versions).length === 0 ? {} : { versions }),
    ...(postStart === undefined ? {} : { postStart }),
    ...(preStop === undefined ? {} : { preStop }),
  };
  return stableHash({ ...renderAnySlot(request, 1), ...more });
}

function usedVersions({ project, spec, secretVersions = {} }: InstanceRequest): Record<string, number> {
  const used = fileUses(project, spec).filter(
    ({ kind, name }) => kind === 'secrets' && name in secretVersions,
  );
  return Object.fromEntries(used.map(({ name }) => [name, secretVersions[name] ?? 0]));
}

function renderAnySlot(
  request: InstanceRequest,
  slot: number,
): Pick<InstanceSpec, 'create' | 'files' | 'platform'> & { moreNetworks: Record<string, EngineEndpoint> } {
  const { app, project, service, spec, imageId, imageRef, prefix } = request;
  const endpoints = renderEndpoints({
    project,
    service,
    spec,
    slot,
    network: (name) => networkName(request, project, name),
  });
  const [first, ...more] = endpoints;
  const create: EngineCreate = {
    Image: imageId,
    ...defined<Partial<EngineCreate>>({
      Hostname: spec.hostname,
      Domainname: spec.domainname,
      User: spec.user,
      WorkingDir: spec.working_dir,
      Cmd: spec.command ?? undefined,
      Entrypoint: spec.entrypoint ?? undefined,
      StopSignal: spec.stop_signal,
      StopTimeout:
        spec.stop_grace_period === undefined
          ? undefined
          : Math.trunc(durationMs(spec.stop_grace_period) / 1000),
      Tty: spec.tty,
      OpenStdin: spec.stdin_open,
      // Engines before API 1.44 read it here only, later ones at the endpoint.
      MacAddress: endpoints[0]?.[1].MacAddress,
      AttachStdout: true,
      AttachStderr: true,
      Healthcheck: spec.healthcheck === undefined ? undefined : renderHealthcheck(spec.healthcheck),
    }),
    Env: Object.entries(spec.environment ?? {})
      .map(([key, value]) => (value === null ? key : `${key}=${value}`))
      .sort(),
    Labels: {
      ...mapToStrings(spec.labels ?? {}),
      'com.docker.compose.project': app,
      'com.docker.compose.service': service,
      'com.docker.compose.oneoff': 'False',
      'com.docker.compose.image': imageId,
      'crane.image': imageRef,
    },
    ExposedPorts: exposedPorts(spec),
    HostConfig: renderHostConfig({
      prefix,
      app,
      project,
      spec,
      networkMode: first?.[0] ?? spec.network_mode ?? 'none',
      volume: (name) => volumeName(prefix, app, project, name),
    }),
    ...(first === undefined ? {} : { NetworkingConfig: { EndpointsConfig: { [first[0]]: first[1] } } }),
  };
  const files = renderWrittenFiles(project, spec);
  return {
    create,
    moreNetworks: Object.fromEntries(more),
    ...(files.length === 0 ? {} : { files }),
    ...(spec.platform === undefined ? {} : { platform: spec.platform }),
  };
}

function exposedPorts(spec: ComposeService): Record<string, Record<string, never>> {
  const ports = [
    ...(spec.expose ?? []).flatMap(exposedRange),
    ...(spec.ports ?? []).map((port) => `${port.target}/${port.protocol ?? 'tcp'}`),
  ];
  return Object.fromEntries([...new Set(ports)].sort().map((port) => [port, {}]));
}

/** `8000-8002/udp` as one port each. */
function exposedRange(text: string): string[] {
  const [ports = '', protocol = 'tcp'] = text.split('/');
  const range = parseRange(ports);
  if (range === null) return [];
  return Array.from(
    { length: range.end - range.start + 1 },
    (_, index) => `${range.start + index}/${protocol}`,
  );
}

/** The engine's name of one of the app's volumes: `<prefix>-<app>_<volume>` unless the file names it. */
export function volumeName(prefix: string, app: string, project: ComposeProject, volume: string): string {
  const { name: named, external } = project.volumes?.[volume] ?? {};
  if (external === true) return named ?? volume;
  if (named !== undefined && named !== `${app}_${volume}`) return named;
  return `${prefix}-${app}_${volume}`;
}

function mapToStrings(map: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, String(value)]));
}
