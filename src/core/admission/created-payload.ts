import { defined } from '../service/defined.ts';
import type { EngineCreate, EngineHostConfig } from '../service/engine-create.ts';

/** What the engine made of a create payload, as far as policies judge it. What it left empty is absent. */
export type CreatedPayload = { User?: string; Privileges: Partial<EngineHostConfig> };

/** What policies read of the host configuration: of these the engine's word counts, not what it was told. */
export const judgedFields = [
  'Binds',
  'Mounts',
  'Tmpfs',
  'ShmSize',
  'VolumesFrom',
  'VolumeDriver',
  'NetworkMode',
  'PidMode',
  'IpcMode',
  'UTSMode',
  'UsernsMode',
  'Privileged',
  'CapAdd',
  'CapDrop',
  'SecurityOpt',
  'MaskedPaths',
  'ReadonlyPaths',
  'ReadonlyRootfs',
  'Devices',
  'DeviceCgroupRules',
  'DeviceRequests',
  'PortBindings',
  'Memory',
  'NanoCpus',
  'CpuQuota',
  'CpuPeriod',
  'PidsLimit',
  'OomScoreAdj',
  'OomKillDisable',
  'Ulimits',
] as const satisfies readonly (keyof EngineHostConfig)[];

/**
 * The payload as the engine keeps it: what was asked, with every field that policies read replaced by what was found. Left as
 * asked are those that an engine fills in by what its machine can do: the cgroup namespace (`host` on cgroup v1) and swap (-1
 * without swap accounting). `serviceOf` names the own service of an instance, by its id.
 */
export function withCreated(
  planned: EngineCreate,
  { User, Privileges: found }: CreatedPayload,
  serviceOf: (id: string) => string | undefined,
): EngineCreate {
  const { User: _asked, ...create } = planned;
  const judged: readonly string[] = judgedFields;
  const kept = Object.entries(planned.HostConfig).filter(([key]) => !judged.includes(key));
  const host: EngineHostConfig = {
    ...Object.fromEntries(kept),
    ...found,
    ...defined<Pick<EngineHostConfig, 'SecurityOpt' | 'NetworkMode' | 'IpcMode' | 'PidMode' | 'VolumesFrom'>>(
      {
        SecurityOpt: askedOptions(planned.HostConfig, found),
        NetworkMode: ownMode(found.NetworkMode, serviceOf),
        IpcMode: ownMode(found.IpcMode, serviceOf),
        PidMode: ownMode(found.PidMode, serviceOf),
        VolumesFrom: found.VolumesFrom?.map((from) =>
          from.replace(/^[^:]+/, (id) => (serviceOf(id) === undefined ? id : `service:${serviceOf(id)}`)),
        ),
      },
    ),
  };
  return { ...create, ...(User === undefined ? {} : { User }), HostConfig: host };
}

/** Without the folders and files of the machine that are `own`. */
export function withoutMounts(found: CreatedPayload, isOwn: (source: string) => boolean): CreatedPayload {
  const { Mounts, ...Privileges } = found.Privileges;
  const left = (Mounts ?? []).filter(
    ({ Type, Source, ReadOnly }) =>
      !(Type === 'bind' && ReadOnly === true && Source !== undefined && isOwn(Source)),
  );
  return { ...found, Privileges: left.length === 0 ? Privileges : { ...Privileges, Mounts: left } };
}

/** Whether it shares something with other instances, whose services must be known to judge it. */
export function sharesInstances({ Privileges: host }: CreatedPayload): boolean {
  const modes = [host.NetworkMode, host.IpcMode, host.PidMode];
  return host.VolumesFrom !== undefined || modes.some((mode) => mode?.startsWith('container:') === true);
}

/** Where labels separate nothing any more (privileged, a namespace of the machine) the engine adds that they are off. */
function askedOptions(
  { SecurityOpt: asked = [] }: EngineHostConfig,
  { SecurityOpt: options, ...host }: Partial<EngineHostConfig>,
): string[] | undefined {
  const isOpen = host.Privileged === true || host.PidMode === 'host' || host.IpcMode === 'host';
  return isOpen ? options?.filter((option) => option !== 'label=disable' || asked.includes(option)) : options;
}

function ownMode(
  mode: string | undefined,
  serviceOf: (id: string) => string | undefined,
): string | undefined {
  return mode?.replace(/^container:(.+)$/, (text, id: string) =>
    serviceOf(id) === undefined ? text : `service:${serviceOf(id)}`,
  );
}
