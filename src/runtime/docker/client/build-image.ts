import type { PullProgress } from '../../../core/port/runtime.ts';
import { openBuildSession } from './open-build-session.ts';
import { readProgress, toPullProgress } from './progress.ts';
import { renderRegistryConfig } from './registry-auth.ts';
import type { RegistryCredentials } from './registry-credentials.ts';
import type { Transport } from './transport.ts';

export type BuildRequest = {
  /** The build context. */
  tar: AsyncIterable<Uint8Array>;
  tags: readonly string[];
  /** Path inside the context; default `Dockerfile`. */
  dockerfile?: string;
  labels?: Readonly<Record<string, string>>;
  arguments?: Readonly<Record<string, string>>;
  target?: string;
  cacheFrom?: readonly string[];
  extraHosts?: readonly string[];
  networkMode?: string;
  /** Of each step's container; swap counts as memory. */
  memoryBytes?: number;
  /** Microseconds of CPU per 100 000. */
  cpuQuota?: number;
  /** Weight against other containers, which have 1024. */
  cpuShares?: number;
  ulimits?: readonly { Name: string; Soft: number; Hard: number }[];
  shmBytes?: number;
  isPulling?: boolean;
  hasCache?: boolean;
  platform?: string;
  /** Default: the classic builder. */
  isBuildKit?: boolean;
  /** Base images may be pulled with what the person is logged in with, as the docker command does it. */
  hasCredentials?: boolean;
};

export type BuildLine =
  | { kind: 'text'; text: string }
  | { kind: 'pull'; progress: PullProgress }
  /** Of BuildKit: a `StatusResponse` in protobuf. */
  | { kind: 'status'; bytes: Uint8Array }
  | { kind: 'built'; imageId: string };

/** Leaving the loop or aborting the signal cancels the build. */
export async function* buildImage(
  transport: Transport,
  credentials: RegistryCredentials | null,
  request: BuildRequest,
  signal?: AbortSignal,
): AsyncIterable<BuildLine> {
  const isAsking = request.isBuildKit === true && request.hasCredentials === true && credentials !== null;
  const session = isAsking ? await openBuildSession(transport, credentials, signal) : null;
  try {
    yield* readBuild(transport, credentials, { ...request, session: session?.id }, signal);
  } finally {
    session?.close();
  }
}

async function* readBuild(
  transport: Transport,
  credentials: RegistryCredentials | null,
  request: BuildRequest & { session: string | undefined },
  signal: AbortSignal | undefined,
): AsyncIterable<BuildLine> {
  const what = `Build ${request.tags[0] ?? 'an image'}`;
  const isSent = request.hasCredentials === true && request.isBuildKit !== true;
  const auths = isSent ? ((await credentials?.findAll(signal)) ?? {}) : {};
  const lines = transport.lines({
    what,
    method: 'POST',
    path: '/build',
    query: renderBuildQuery(request),
    headers: { 'X-Registry-Config': renderRegistryConfig(auths) },
    body: { bytes: request.tar, type: 'application/x-tar' },
    // The engine answers when it has the whole context.
    timeoutMs: 600_000,
    signal,
  });
  let imageId = '';
  for await (const line of readProgress(lines, what, 'image.build_failed')) {
    if (line.stream !== '') yield { kind: 'text', text: line.stream };
    const progress = toPullProgress(line);
    if (progress !== null) yield { kind: 'pull', progress };
    if (line.id === 'moby.buildkit.trace') {
      if (typeof line.aux === 'string') yield { kind: 'status', bytes: Buffer.from(line.aux, 'base64') };
      continue;
    }
    const id = typeof line.aux === 'object' ? (line.aux?.ID ?? '') : '';
    if (id !== '') imageId = id;
  }
  yield { kind: 'built', imageId };
}

/**
 * `version=2` is BuildKit: what is built travels as the request's body, logins by the session. The classic builder removes its intermediate
 * containers.
 */
function renderBuildQuery(
  request: BuildRequest & { session: string | undefined },
): Record<string, string | number | boolean | readonly string[] | undefined> {
  return {
    version: request.isBuildKit === true ? 2 : 1,
    session: request.session,
    t: request.tags,
    dockerfile: request.dockerfile,
    labels: request.labels === undefined ? undefined : JSON.stringify(request.labels),
    buildargs: request.arguments === undefined ? undefined : JSON.stringify(request.arguments),
    target: request.target,
    cachefrom: request.cacheFrom === undefined ? undefined : JSON.stringify(request.cacheFrom),
    extrahosts: request.extraHosts,
    networkmode: request.networkMode,
    memory: request.memoryBytes,
    memswap: request.memoryBytes,
    cpuperiod: request.cpuQuota === undefined ? undefined : 100_000,
    cpuquota: request.cpuQuota,
    cpushares: request.cpuShares,
    ulimits: request.ulimits === undefined ? undefined : JSON.stringify(request.ulimits),
    shmsize: request.shmBytes,
    pull: request.isPulling === true ? '1' : undefined,
    nocache: request.hasCache === false ? true : undefined,
    platform: request.platform,
    rm: true,
    forcerm: true,
  };
}
