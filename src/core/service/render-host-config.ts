import type { ComposeProject, ComposeService } from '../compose/compose-project.ts';
import { renderVolumesFrom } from './anchors.ts';
import type { EngineHostConfig } from './engine-create.ts';
import { defined } from './defined.ts';
import { instanceDefaults } from './instance-defaults.ts';
import { renderBlockDevices, renderDeviceRequests, renderDevices } from './render-devices.ts';
import { renderMounts } from './render-mounts.ts';

type Request = {
  prefix: string;
  app: string;
  project: ComposeProject;
  spec: ComposeService;
  networkMode: string;
  volume: (name: string) => string;
};

/** The engine's HostConfig of one instance: what the compose file asks, with Crane's safe defaults where it is silent. */
export function renderHostConfig(request: Request): EngineHostConfig {
  const { spec, networkMode } = request;
  return defined<EngineHostConfig>({
    NetworkMode: networkMode,
    RestartPolicy: { Name: 'no' },
    ...privileges(spec),
    ...limits(spec),
    ...files(request),
    ...namespaces(spec),
    PortBindings: portBindings(spec),
    LogConfig: logConfig(spec),
    // The engine wants a colon, which an IPv6 address does not make clearer.
    ExtraHosts: spec.extra_hosts?.map((host) => host.replace('=', ':')),
    Dns: listOf(spec.dns),
    DnsSearch: listOf(spec.dns_search),
    DnsOptions: listOf(spec.dns_opt),
    Sysctls: spec.sysctls === undefined ? undefined : strings(spec.sysctls),
    Ulimits:
      spec.ulimits === undefined
        ? undefined
        : Object.entries(spec.ulimits).map(([Name, value]) =>
            typeof value === 'number'
              ? { Name, Soft: value, Hard: value }
              : { Name, Soft: value.soft ?? 0, Hard: value.hard ?? 0 },
          ),
    ...renderBlockDevices(spec),
    DeviceRequests: renderDeviceRequests(spec),
    StorageOpt: spec.storage_opt,
    Annotations: spec.annotations,
    Init: spec.init,
    Runtime: spec.runtime,
  });
}

/** Not an option of the engine: its own command line, and Compose, turn it into lists. */
const unconfinedPaths = 'systempaths=unconfined';

/** All capabilities are dropped, then the small default set and what is asked are added; `privileged` keeps the engine's own. */
function privileges(spec: ComposeService): Partial<EngineHostConfig> {
  const dropped = (spec.cap_drop ?? []).map(capability);
  const defaults = dropped.includes('ALL')
    ? []
    : instanceDefaults.capabilities.filter((name) => !dropped.includes(name));
  const added = [...new Set([...defaults, ...(spec.cap_add ?? []).map(capability)])].sort();
  const isUnconfined = (spec.security_opt ?? []).includes(unconfinedPaths);
  const security = (spec.security_opt ?? []).filter((option) => option !== unconfinedPaths);
  const isExplicit = security.some((option) => option.startsWith('no-new-privileges'));
  return defined<EngineHostConfig>({
    Privileged: spec.privileged,
    ReadonlyRootfs: spec.read_only,
    GroupAdd: spec.group_add?.map(String),
    ...(spec.privileged === true ? {} : { CapDrop: ['ALL'], CapAdd: added }),
    SecurityOpt: isExplicit ? [...security] : [...security, 'no-new-privileges:true'],
    // Empty lists hide nothing; without them the engine hides its own.
    ...(isUnconfined ? { MaskedPaths: [], ReadonlyPaths: [] } : {}),
  });
}

function capability(name: string): string {
  return name.trim().toUpperCase().replace(/^CAP_/, '');
}

function limits(spec: ComposeService): Partial<EngineHostConfig> {
  const wanted = spec.deploy?.resources?.limits;
  const reserved = spec.deploy?.resources?.reservations;
  const memory = numberOf(wanted?.memory ?? spec.mem_limit) ?? instanceDefaults.memoryBytes;
  const cpus = numberOf(wanted?.cpus ?? spec.cpus);
  const hasOwnCpu = spec.cpu_quota !== undefined || cpus !== undefined;
  return defined<EngineHostConfig>({
    Memory: memory,
    MemoryReservation: numberOf(reserved?.memory ?? spec.mem_reservation),
    MemorySwap: numberOf(spec.memswap_limit),
    MemorySwappiness: numberOf(spec.mem_swappiness),
    OomKillDisable: spec.oom_kill_disable ?? false,
    OomScoreAdj: numberOf(spec.oom_score_adj),
    NanoCpus: hasOwnCpu ? (cpus === undefined ? undefined : nanoCpus(cpus)) : instanceDefaults.nanoCpus,
    CpuShares: numberOf(spec.cpu_shares),
    CpuQuota: numberOf(spec.cpu_quota),
    CpuPeriod: numberOf(spec.cpu_period),
    CpuRealtimePeriod: spec.cpu_rt_period,
    CpuRealtimeRuntime: spec.cpu_rt_runtime,
    CpuCount: spec.cpu_count,
    CpuPercent: spec.cpu_percent === undefined ? undefined : Math.trunc(Math.fround(spec.cpu_percent * 100)),
    CpusetCpus: spec.cpuset,
    PidsLimit: numberOf(wanted?.pids ?? spec.pids_limit) ?? instanceDefaults.pids,
    ShmSize: numberOf(spec.shm_size),
    CgroupParent: spec.cgroup_parent,
  });
}

/** What an instance may take at most, CPUs in cores; null = as much as there is. */
export function instanceLimits(spec: ComposeService): { memoryBytes: number | null; cpus: number | null } {
  const { Memory = 0, NanoCpus = 0, CpuQuota = 0, CpuPeriod } = limits(spec);
  const period = CpuPeriod === undefined || CpuPeriod === 0 ? 100_000 : CpuPeriod;
  const cpus = NanoCpus > 0 ? NanoCpus / 1e9 : CpuQuota > 0 ? CpuQuota / period : null;
  return { memoryBytes: Memory > 0 ? Memory : null, cpus };
}

/** Compose reckons in 32 bits, and so the same share gives the same number. */
function nanoCpus(cpus: number): number {
  return Math.trunc(Math.fround(Math.fround(cpus) * 1e9));
}

function files(request: Request): Partial<EngineHostConfig> {
  const { spec } = request;
  return defined<EngineHostConfig>({
    ...renderMounts(request),
    VolumesFrom: renderVolumesFrom(spec),
    Tmpfs:
      spec.tmpfs === undefined ? undefined : Object.fromEntries(spec.tmpfs.map((entry) => splitOnce(entry))),
    Devices: renderDevices(spec),
    DeviceCgroupRules: spec.device_cgroup_rules,
  });
}

function namespaces(spec: ComposeService): Partial<EngineHostConfig> {
  return defined<EngineHostConfig>({
    PidMode: spec.pid,
    IpcMode: spec.ipc,
    UTSMode: spec.uts,
    UsernsMode: spec.userns_mode,
    CgroupnsMode: spec.cgroup,
  });
}

/** Published ports listen on loopback unless the file names an address. */
function portBindings(spec: ComposeService): EngineHostConfig['PortBindings'] {
  const published = (spec.ports ?? []).filter((port) => port.published !== undefined);
  if (published.length === 0) return undefined;
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of published) {
    const key = `${port.target}/${port.protocol ?? 'tcp'}`;
    (bindings[key] ??= []).push({ HostIp: port.host_ip ?? '127.0.0.1', HostPort: String(port.published) });
  }
  return bindings;
}

function logConfig(spec: ComposeService): EngineHostConfig['LogConfig'] {
  if (spec.logging === undefined) return { Type: 'json-file', Config: { ...instanceDefaults.log } };
  const type = spec.logging.driver ?? 'json-file';
  return {
    Type: type,
    Config: { ...(type === 'json-file' ? instanceDefaults.log : {}), ...strings(spec.logging.options ?? {}) },
  };
}

function listOf(value: string | readonly string[] | undefined): string[] | undefined {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? [value] : [...value];
}

function strings(map: Readonly<Record<string, string | number | null>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [key, value === null ? '' : String(value)]),
  );
}

/** Canonical compose JSON gives sizes and counts as numbers or as decimal strings. */
function numberOf(value: string | number | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : undefined;
}

function splitOnce(entry: string): [string, string] {
  const at = entry.indexOf(':');
  return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
}
