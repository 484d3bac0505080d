import { stableHash } from '../service/stable-hash.ts';
import type { ComposeProject, ComposeService } from './compose-project.ts';

type View = Record<string, unknown>;

/**
 * The project as `docker compose config --format json` prints it: what Compose always writes is written, its private
 * parts (`x-*` inside, models) are left out, and every `$` is doubled, so that the result can be loaded again.
 */
export function configView(project: ComposeProject): View {
  const { name, services, networks, volumes, secrets, configs, models: _models, ...extensions } = project;
  const view: View = {
    name,
    services: mapValues(services, viewOfService),
    ...(networks === undefined ? {} : { networks: mapValues(networks, (each) => ({ ipam: {}, ...each })) }),
    ...(volumes === undefined ? {} : { volumes }),
    ...(secrets === undefined ? {} : { secrets: mapValues(secrets, withoutContent) }),
    ...(configs === undefined
      ? {}
      : {
          configs: mapValues(configs, (each) =>
            each.environment === undefined ? each : withoutContent(each),
          ),
        }),
  };
  const plain = withoutExtensions(view);
  // Compose doubles it in its whole output, in keys too.
  return escapeDollars({ ...(isObject(plain) ? plain : {}), ...extensions }, 'keys');
}

/** A hash of each service's settings; what does not change its containers (build, replicas, order, profiles) is left out. */
export function serviceHashes(project: ComposeProject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(project.services).map(([name, service]) => {
      const {
        build: _build,
        pull_policy: _pull,
        pull_refresh_after: _after,
        scale: _scale,
        depends_on: _order,
        profiles: _profiles,
        ...rest
      } = service;
      const { replicas: _replicas, ...deploy } = service.deploy ?? {};
      return [name, stableHash({ ...rest, deploy })];
    }),
  );
}

function mapValues<T>(map: Readonly<Record<string, T>>, view: (value: T) => unknown): View {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, view(value)]));
}

function withoutContent({ content: _content, ...rest }: { content?: string }): View {
  return rest;
}

function viewOfService(service: ComposeService): View {
  // Compose accepts `pull_refresh_after` and prints it nowhere.
  const {
    pull_refresh_after: _after,
    blkio_config: blkio,
    deploy,
    develop,
    pre_start,
    post_start,
    pre_stop,
    ...rest
  } = service;
  const hooks = { pre_start, post_start, pre_stop };
  return {
    command: null,
    entrypoint: null,
    ...rest,
    ...(blkio === undefined ? {} : { blkio_config: viewOfBlkio(blkio) }),
    ...(deploy === undefined ? {} : { deploy: { resources: {}, placement: {}, ...deploy } }),
    ...(develop === undefined
      ? {}
      : {
          develop: {
            ...develop,
            ...(develop.watch === undefined
              ? {}
              : { watch: develop.watch.map((each) => ({ ...each, exec: { command: null, ...each.exec } })) }),
          },
        }),
    ...Object.fromEntries(
      Object.entries(hooks).flatMap(([key, list]) =>
        list === undefined ? [] : [[key, list.map((hook) => ({ command: null, ...hook }))] as const],
      ),
    ),
  };
}

/** Devices are written with capital letters there. */
function viewOfBlkio(blkio: NonNullable<ComposeService['blkio_config']>): View {
  return mapValues(blkio, (value) =>
    Array.isArray(value)
      ? value.map((device: { path?: string; rate?: string; weight?: number }) => ({
          Path: device.path,
          ...('weight' in device ? { Weight: device.weight } : { Rate: device.rate ?? '0' }),
        }))
      : value,
  );
}

const isObject = (value: unknown): value is View =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Maps whose keys people choose; a key that begins with `x-` is a name there. */
const named = new Set([
  'services',
  'networks',
  'volumes',
  'secrets',
  'configs',
  'depends_on',
  'environment',
  'labels',
  'args',
  'driver_opts',
  'options',
  'sysctls',
  'annotations',
  'additional_contexts',
  'ulimits',
  'aux_addresses',
  'storage_opt',
]);

function withoutExtensions(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => withoutExtensions(item));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([child]) => named.has(key) || !child.startsWith('x-'))
      .map(([child, inner]) => [child, withoutExtensions(inner, child)]),
  );
}

/** Every `$` doubled, so that no variable is seen in it when it is loaded again. Keys have no variables. */
export function escapeDollars<T>(value: T, keys?: 'keys'): T;
export function escapeDollars(value: unknown, keys?: 'keys'): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map((item: unknown) => escapeDollars(item, keys));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      keys === 'keys' ? key.replaceAll('$', '$$$$') : key,
      escapeDollars(inner, keys),
    ]),
  );
}
