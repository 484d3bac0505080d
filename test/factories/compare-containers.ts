import { instanceDefaults } from '../../src/core/service/instance-defaults.ts';
import { sortedJson } from '../../src/core/service/stable-hash.ts';

type Plain = Record<string, unknown>;
/** What the engine says of a container. */
export type Inspection = {
  Id: string;
  Image: string;
  Config: Plain & { Hostname?: string; Labels?: Record<string, string>; Env?: string[] | null };
  HostConfig: Plain;
  NetworkSettings: { Networks?: Record<string, Plain & { Aliases?: string[] | null }> };
};

/** The parts that the compose file decides, without names and ids, lists in one order. */
export function normalizeInspection({
  Image,
  Config,
  HostConfig,
  NetworkSettings,
}: Inspection): Omit<Inspection, 'Id'> {
  // Compose tells old engines no MAC address; Crane does.
  const { Image: _ref, Hostname: host, Labels: labels, Env: env, MacAddress: _mac, ...config } = Config;
  const { ContainerIDFile: _file, ConsoleSize: _size, ...hostConfig } = HostConfig;
  const own = Object.entries(labels ?? {}).filter(([key]) => !/^(?:com\.docker\.compose|crane)\./.test(key));
  return {
    Image,
    Config: {
      ...config,
      ...(host === undefined || /^[0-9a-f]{12}$/.test(host) ? {} : { Hostname: host }),
      Labels: Object.fromEntries(own),
      Env: [...(env ?? [])].sort(),
    },
    HostConfig: Object.fromEntries(
      Object.entries(hostConfig).map(([key, value]) => [
        key,
        key === 'CapAdd' || key === 'CapDrop' ? value : withoutIds(sorted(value)),
      ]),
    ),
    NetworkSettings: {
      Networks: Object.fromEntries(
        Object.entries(NetworkSettings.Networks ?? {}).map(([key, each]) => [key, endpoint(each)]),
      ),
    },
  };
}

/** Names and ids of the containers that something is shared with. Compose leaves out the mode of `volumes_from`. */
function withoutIds(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text === undefined ? value : JSON.parse(text.replace(/\b[0-9a-f]{64}(?::r[ow])?\b/g, 'ID'));
}

/** An empty list, map or text is as good as none. */
function sorted(value: unknown): unknown {
  if (value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0))
    return null;
  if (!Array.isArray(value)) return value ?? null;
  return (
    value
      // A device without permissions is usable here, and not with Compose.
      .map((item: unknown) =>
        JSON.stringify(item).replace('"CgroupPermissions":""', '"CgroupPermissions":"rwm"'),
      )
      .sort()
      .map((item): unknown => JSON.parse(item))
  );
}

function endpoint({
  Aliases: aliases,
  IPAMConfig: ipam,
  DriverOpts: options,
}: Plain & { Aliases?: string[] | null }): Plain {
  // Compose adds the container's own name, the engine its short id.
  const names = (aliases ?? []).filter(
    (alias) => !/^[0-9a-f]{12}$/.test(alias) && !/^crane-t.*-\d+$/.test(alias),
  );
  return { Aliases: names.sort(), IPAMConfig: sorted(ipam), DriverOpts: sorted(options) };
}

/**
 * Ours with Crane's safe defaults taken back where the compose file is silent (docs/compose-differences.md, "Containers").
 * What the file says stays, so a wrong value is still seen.
 */
export function alignDefaults(
  ours: Omit<Inspection, 'Id'>,
  theirs: Omit<Inspection, 'Id'>,
): Omit<Inspection, 'Id'> {
  const host = { ...ours.HostConfig };
  const { HostConfig: other } = theirs;
  const silent = (key: string, empty: unknown, value: unknown): void => {
    if (
      JSON.stringify(other[key] ?? null) === JSON.stringify(empty) &&
      JSON.stringify(host[key]) === JSON.stringify(value)
    )
      host[key] = other[key];
  };
  silent('Memory', 0, instanceDefaults.memoryBytes);
  silent('MemorySwap', 0, instanceDefaults.memoryBytes * 2);
  silent('NanoCpus', 0, instanceDefaults.nanoCpus);
  silent('PidsLimit', null, instanceDefaults.pids);
  // Instances are restarted by Crane, and stay behind no privilege that nobody asked for.
  host['RestartPolicy'] = other['RestartPolicy'];
  host['CapAdd'] = other['CapAdd'];
  host['CapDrop'] = other['CapDrop'];
  const options = Array.isArray(host['SecurityOpt']) ? host['SecurityOpt'] : [];
  const kept = options.filter((option) => option !== 'no-new-privileges:true');
  if (!JSON.stringify(other['SecurityOpt']).includes('no-new-privileges'))
    host['SecurityOpt'] = kept.length > 0 ? kept : null;
  host['LogConfig'] = alignLog(host['LogConfig'], other['LogConfig']);
  host['PortBindings'] = alignPorts(host['PortBindings'], other['PortBindings']);
  return { ...ours, HostConfig: host };
}

function alignLog(ours: unknown, theirs: unknown): unknown {
  const config = typeof ours === 'object' && ours !== null && 'Config' in ours ? ours.Config : {};
  const wanted = typeof theirs === 'object' && theirs !== null && 'Config' in theirs ? theirs.Config : {};
  const merged = { ...instanceDefaults.log, ...(typeof wanted === 'object' ? wanted : {}) };
  const own = typeof config === 'object' && config !== null ? config : {};
  return sortedJson(merged) === sortedJson(own) ? theirs : ours;
}

type Bindings = Record<string, { HostIp: string; HostPort: string }[]>;
const isBindings = (value: unknown): value is Bindings => typeof value === 'object' && value !== null;

/** Published ports listen on loopback unless an address is given; what is not published stays closed. */
function alignPorts(ours: unknown, theirs: unknown): unknown {
  if (!isBindings(theirs)) return ours;
  const own = isBindings(ours) ? ours : {};
  const expected = Object.entries(theirs).flatMap(([port, list]) => {
    const open = list
      .filter(({ HostPort }) => HostPort !== '')
      .map(({ HostIp, HostPort }) => ({ HostIp: HostIp === '' ? '127.0.0.1' : HostIp, HostPort }));
    return open.length === 0 ? [] : [[port, open] as const];
  });
  return sortedJson(Object.fromEntries(expected)) === sortedJson(own) ? theirs : ours;
}
