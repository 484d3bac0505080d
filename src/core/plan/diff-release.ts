import type { ResolvedImage } from '../app/app.ts';
import type { ComposeProject, ComposeService } from '../compose/compose-project.ts';
import { specHashOf } from '../service/render-instance.ts';
import { diffValues, type ValueChange } from './diff-values.ts';
import type { NetworkOwner } from '../route/desire-routes.ts';

/** One side of a comparison: what a release holds. Images may be unresolved (not here yet) before a deployment. */
export type ReleaseContent = {
  project: ComposeProject;
  images: Readonly<Record<string, ResolvedImage | null>>;
  secretVersions?: Readonly<Record<string, number>>;
};

export type ServiceChange = {
  service: string;
  /** `settings`: something of Crane changes (route, scale) and no instance is replaced. */
  change: 'create' | 'replace' | 'settings' | 'remove' | 'keep';
  /** What differs; secret-looking values are hidden. */
  because: ValueChange[];
  order: 'start-first' | 'stop-first' | null;
  parallelism: number | null;
};

export type ReleaseDiff = {
  services: ServiceChange[];
  networks: { create: string[]; remove: string[] };
  /** Volumes that are no longer used are kept: nothing here is ever lost by a deployment. */
  volumes: { create: string[]; leave: string[] };
  /** What cannot be undone by a rollback, in words. */
  irreversible: string[];
  isEmpty: boolean;
};

type Request = NetworkOwner & { from: ReleaseContent | null; to: ReleaseContent };

/** What bringing an app from one release to another changes. Pure; `replace` means exactly that the rendered instance differs. */
export function diffRelease(request: Request): ReleaseDiff {
  const { from, to } = request;
  const names = [
    ...new Set([...Object.keys(from?.project.services ?? {}), ...Object.keys(to.project.services)]),
  ].sort();
  const services = names.map((service) => diffService(request, service));
  const keys = (map: object | undefined): string[] => Object.keys(map ?? {}).sort();
  const missing = (a: string[], b: string[]): string[] => a.filter((name) => !b.includes(name));
  const networks = {
    create: missing(keys(to.project.networks), keys(from?.project.networks)),
    remove: missing(keys(from?.project.networks), keys(to.project.networks)),
  };
  const volumes = {
    create: missing(keys(to.project.volumes), keys(from?.project.volumes)),
    leave: missing(keys(from?.project.volumes), keys(to.project.volumes)),
  };
  const isEmpty =
    services.every((service) => service.change === 'keep') &&
    [networks.create, networks.remove, volumes.create, volumes.leave].every((list) => list.length === 0);
  return {
    services,
    networks,
    volumes,
    irreversible: services.flatMap((service) => irreversibleOf(service, from)),
    isEmpty,
  };
}

function diffService({ from, to, ...owner }: Request, service: string): ServiceChange {
  const before = from?.project.services[service];
  const after = to.project.services[service];
  if (after === undefined) return { service, change: 'remove', because: [], order: null, parallelism: null };
  const order = after.deploy?.update_config?.order ?? 'start-first';
  const parallelism = after.deploy?.update_config?.parallelism ?? 0;
  if (before === undefined) return { service, change: 'create', because: [], order, parallelism };
  const because = diffValues(
    comparable(before, from?.images[service]),
    comparable(after, to.images[service]),
  ).map(hideSecrets);
  const hash = (content: ReleaseContent, spec: ComposeService): string =>
    specHashOf({
      ...owner,
      project: content.project,
      service,
      spec,
      imageId: content.images[service]?.imageId ?? 'unresolved',
      imageRef: content.images[service]?.ref ?? spec.image ?? '',
      release: 0,
      ...(content.secretVersions === undefined ? {} : { secretVersions: content.secretVersions }),
    });
  const isReplaced = from !== null && hash(from, before) !== hash(to, after);
  return {
    service,
    change: isReplaced ? 'replace' : because.length > 0 ? 'settings' : 'keep',
    because,
    order,
    parallelism,
  };
}

function comparable(spec: ComposeService, image: ResolvedImage | null | undefined): unknown {
  return {
    ...spec,
    image:
      image === null || image === undefined ? spec.image : `${image.ref} (${image.imageId.slice(0, 19)})`,
  };
}

const secretPath = /(^|[._-])(pass(word)?|secret|token|key|credential)s?($|[._-])/i;

function hideSecrets({ path, from, to }: ValueChange): ValueChange {
  return { path, from: hideIn(path, from), to: hideIn(path, to) };
}

/** A map that came or went as a whole is one change; its secrets are hidden too. */
function hideIn(name: string, value: unknown): unknown {
  if (value !== undefined && secretPath.test(name)) return '[hidden]';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, hideIn(key, inner)]));
}

function irreversibleOf({ service, change }: ServiceChange, from: ReleaseContent | null): string[] {
  const spec = from?.project.services[service];
  if (spec === undefined || (change !== 'replace' && change !== 'remove')) return [];
  const hasVolume = (spec.volumes ?? []).some((mount) => mount.type === 'volume' || mount.type === 'bind');
  return hasVolume
    ? [`${service} keeps data in volumes: what a newer release writes there stays after a rollback`]
    : [];
}
