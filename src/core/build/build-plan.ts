import type { ComposeService } from '../compose/compose-project.ts';
import { CraneError } from '../error/crane-error.ts';
import { buildProblems } from './build-problems.ts';
import { builtImageName, builtRepository } from './built-image-name.ts';
import { chooseBuilder, type Builder, type BuilderChoice } from './choose-builder.ts';

/** The most that the steps of a build may use together. */
export type BuildLimits = { memoryBytes: number; cpus: number };

/** One build as data: all but the bytes of its context. */
export type BuildPlan = {
  service: string;
  builder: Builder;
  /** The first is the release's own name; it is what runs. */
  tags: readonly string[];
  /** Path inside the context. */
  dockerfile: string;
  /** Put into the context beside what was sent. */
  files: readonly { path: string; text: string }[];
  arguments: Readonly<Record<string, string>>;
  labels: Readonly<Record<string, string>>;
  target: string | null;
  cacheFrom: readonly string[];
  /** `host:address`. */
  extraHosts: readonly string[];
  /** Null: the engine's default. */
  network: 'none' | null;
  shmBytes: number | null;
  ulimits: readonly { name: string; soft: number; hard: number }[];
  /** Base images are looked for in their registry even when they are here. */
  isPulling: boolean;
  hasCache: boolean;
  limits: BuildLimits;
};

export type BuildRequest = {
  prefix: string;
  app: string;
  service: string;
  release: number | 'latest';
  spec: Pick<ComposeService, 'image' | 'build'>;
  /** Text of a Dockerfile that lies outside the context; null when it is in there. */
  dockerfileText: string | null;
  engine: { os: string; architecture: string; apiVersion: string };
  builder?: BuilderChoice;
  limits: BuildLimits;
  /** Asked for by the person, whatever the file says. */
  isPulling?: boolean;
  hasCache?: boolean;
};

const inlineName = '.crane.Dockerfile';

/**
 * What the engine is asked to build. @throws `compose.unsupported` when the file asks for what the engine's builder cannot do.
 */
export function planBuild(request: BuildRequest): BuildPlan {
  const { service, spec, release } = request;
  const build = spec.build ?? { context: '.' };
  refuseProblems(request, build);
  const inline = request.dockerfileText ?? build.dockerfile_inline ?? null;
  const previous = release !== 'latest' && release > 1 ? [`${builtRepository(request)}:${release - 1}`] : [];
  const given = (build.cache_from ?? []).flatMap(cacheImage);
  return {
    service,
    builder: chooseBuilder(request.builder ?? 'auto', request.engine, { settings: stepSettings(build) }),
    tags: [
      ...new Set([
        builtImageName(request),
        ...(spec.image === undefined ? [] : [spec.image]),
        ...(build.tags ?? []),
      ]),
    ],
    dockerfile: inline === null ? (build.dockerfile ?? 'Dockerfile') : inlineName,
    // Named in .dockerignore, the builder takes both out again before a step sees them.
    files:
      inline === null
        ? []
        : [
            { path: inlineName, text: inline },
            { path: '.dockerignore', text: `${inlineName}\n.dockerignore\n` },
          ],
    arguments: setOnly(build.args ?? {}),
    labels: build.labels ?? {},
    target: build.target ?? null,
    // Where any is given, the engine takes no other.
    cacheFrom: given.length === 0 ? [] : [...given, ...previous],
    extraHosts: (build.extra_hosts ?? []).map((entry) => entry.replace('=', ':')),
    network: build.network === 'none' ? 'none' : null,
    shmBytes: toBytes(build.shm_size),
    ulimits: renderUlimits(build.ulimits ?? {}),
    isPulling: build.pull === true || request.isPulling === true,
    hasCache:
      build.no_cache !== true && (build.no_cache_filter ?? []).length === 0 && request.hasCache !== false,
    limits: request.limits,
  };
}

function refuseProblems(
  { service, engine }: BuildRequest,
  build: NonNullable<ComposeService['build']>,
): void {
  const [problem] = buildProblems(build);
  if (problem !== undefined)
    throw new CraneError('compose.unsupported', {
      message: `services.${service}.build.${problem.key}: ${problem.why}.`,
      ...(problem.fix === undefined ? {} : { fix: problem.fix }),
    });
  const [platform] = build.platforms ?? [];
  if (platform !== undefined && !isSamePlatform(platform, engine))
    throw new CraneError('compose.unsupported', {
      message: `services.${service}.build.platforms: this engine builds for ${engine.os}/${engine.architecture} only (saw ${platform}).`,
      fix: 'Remove it, or name the platform of this machine.',
    });
}

/** `linux/amd64`, as engines name it: `x86_64` is `amd64`, `aarch64` is `arm64`, with or without its only variant. */
function isSamePlatform(platform: string, { os, architecture }: BuildRequest['engine']): boolean {
  const [wantedOs = '', wanted = '', variant] = platform.toLowerCase().split('/');
  const usual = (name: string): string =>
    name === 'x86_64' ? 'amd64' : name === 'aarch64' ? 'arm64' : name.toLowerCase();
  const isVariantUsual = variant === undefined || (usual(wanted) === 'arm64' && variant === 'v8');
  return wantedOs === os.toLowerCase() && usual(wanted) === usual(architecture) && isVariantUsual;
}

/** `web:1` and `type=registry,ref=web:1` name an image; other kinds of caches are no images. */
function cacheImage(entry: string): string[] {
  if (!entry.includes('=')) return [entry];
  const fields = new Map(entry.split(',').map((field): [string, string] => splitField(field)));
  const ref = fields.get('ref');
  return fields.get('type') === 'registry' && ref !== undefined ? [ref] : [];
}

function splitField(field: string): [string, string] {
  const at = field.indexOf('=');
  return at < 0 ? [field, ''] : [field.slice(0, at), field.slice(at + 1)];
}

/** Settings of the containers of steps. */
function stepSettings(build: NonNullable<ComposeService['build']>): string[] {
  return [
    ...(build.shm_size === undefined ? [] : ['shm_size']),
    ...(Object.keys(build.ulimits ?? {}).length === 0 ? [] : ['ulimits']),
  ];
}

/** Without a value the Dockerfile's own default holds. */
function setOnly(args: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(args).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
  );
}

function toBytes(value: string | number | undefined): number | null {
  return value === undefined ? null : Number(value);
}

function renderUlimits(
  ulimits: NonNullable<NonNullable<ComposeService['build']>['ulimits']>,
): BuildPlan['ulimits'] {
  return Object.entries(ulimits).map(([name, value]) =>
    typeof value === 'number'
      ? { name, soft: value, hard: value }
      : { name, soft: value.soft ?? 0, hard: value.hard ?? 0 },
  );
}
