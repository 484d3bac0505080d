import type { EngineCreate, EngineHostConfig } from '../service/engine-create.ts';

/** What of a made instance is compared with what was judged, as the engine tells it. Nulls are as good as empty. */
export type MadeInstance = {
  Image: string;
  User: string;
  HostConfig: Readonly<Record<string, unknown>>;
};

/** All that decides what an instance may do to its machine. Limits and files that the engine rounds or fills in are not compared. */
const compared = [
  'Privileged',
  'CapAdd',
  'CapDrop',
  'SecurityOpt',
  'PidMode',
  'UTSMode',
  'UsernsMode',
  'Binds',
  'VolumesFrom',
  'Devices',
  'DeviceCgroupRules',
  'DeviceRequests',
  'PortBindings',
  'Runtime',
  'Memory',
  'PidsLimit',
  'NanoCpus',
  'ReadonlyRootfs',
] as const satisfies readonly (keyof EngineHostConfig)[];

/** Words for what differs between what was judged and what was made; empty = it is the same. */
export function findDrift(asked: EngineCreate, made: MadeInstance): string[] {
  const found: string[] = [];
  if (made.Image !== asked.Image) found.push('Image');
  if (asked.User !== undefined && made.User !== asked.User) found.push('User');
  for (const key of compared) {
    const wanted = asked.HostConfig[key];
    // Where the payload is silent the engine names its default; what would matter there is looked at below.
    if (wanted === undefined && isHarmless(key, made.HostConfig[key])) continue;
    if (normal(key, wanted) !== normal(key, made.HostConfig[key])) found.push(`HostConfig.${key}`);
  }
  return found;
}

function isHarmless(key: (typeof compared)[number], value: unknown): boolean {
  if (key === 'Runtime' || key === 'NanoCpus' || key === 'PidsLimit') return true;
  return isEmpty(value);
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** Lists of names in any order; capabilities with or without their prefix. */
function normal(key: string, value: unknown): string {
  if (isEmpty(value)) return '';
  if (!Array.isArray(value)) return JSON.stringify(sorted(value));
  const texts = value.map((item) => (typeof item === 'string' ? item : JSON.stringify(sorted(item))));
  return JSON.stringify(
    (key.startsWith('Cap') ? texts.map((text) => text.replace(/^CAP_/, '')) : texts).toSorted(),
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, held]) => !isEmpty(held));
  return Object.fromEntries(
    entries.sort(([left], [right]) => (left < right ? -1 : 1)).map(([key, held]) => [key, sorted(held)]),
  );
}
