/** What a person's apps together may have: of each a number, or null for as much as the machine has. */
export const quotaNames = ['apps', 'instances', 'cpus', 'memoryBytes', 'ports', 'volumes'] as const;
export type QuotaName = (typeof quotaNames)[number];

/** CPUs in cores, memory in bytes. */
export type Quota = Readonly<Record<QuotaName, number | null>>;
/** `Infinity` where something wanted has no limit of its own. */
export type QuotaUse = Readonly<Record<QuotaName, number>>;

/** For users until an admin says otherwise. Admins have none unless they are given some. */
export const shippedQuota: Quota = {
  apps: 20,
  instances: 50,
  cpus: null,
  memoryBytes: null,
  ports: 50,
  volumes: 50,
};
export const noQuota: Quota = quotaOf(() => null);
export const noUse: QuotaUse = quotaOf(() => 0);

/** A quota of which more is wanted than there may be. */
export type QuotaExcess = { name: QuotaName; limit: number; used: number; wanted: number };

/**
 * What would go beyond the limits: `used` is what the person's other apps have and this one had, `wanted` what it would be. Who has
 * more than they may already (the limit was lowered) may keep it and take less.
 */
export function findExcess(quota: Quota, used: QuotaUse, wanted: QuotaUse): QuotaExcess[] {
  return quotaNames.flatMap((name) => {
    const limit = quota[name];
    const isBeyond = limit !== null && wanted[name] > limit && wanted[name] > used[name];
    return isBeyond ? [{ name, limit, used: used[name], wanted: wanted[name] }] : [];
  });
}

/** How many instances of a service there may be at most, and by which limit; null = as many as somebody likes. */
export function mostByQuota(
  quota: Quota,
  { used, each, current }: { used: QuotaUse; each: QuotaUse; current: number },
): { most: number; text: string } | null {
  const most = quotaNames.flatMap((name) => {
    const limit = quota[name];
    if (limit === null || each[name] === 0) return [];
    const more = Math.max(0, Math.floor((limit - used[name]) / each[name] + 1e-9));
    return [{ most: current + more, text: `at most ${describeAmount(name, limit)}` }];
  });
  return most.toSorted((a, b) => a.most - b.most)[0] ?? null;
}

export function addUse(one: QuotaUse, other: QuotaUse, times = 1): QuotaUse {
  // 0 × Infinity is no number.
  return quotaOf((name) => one[name] + (times === 0 || other[name] === 0 ? 0 : other[name] * times));
}

/** `5 apps`, `1.5 GiB of memory` */
export function describeAmount(name: QuotaName, amount: number): string {
  if (amount === Infinity) return `${words[name][1]} without a limit`;
  if (name === 'memoryBytes') return `${round(amount / 1024 ** 2)} MiB of memory`;
  return `${round(amount)} ${words[name][amount === 1 ? 0 : 1]}`;
}

export const words: Readonly<Record<QuotaName, readonly [one: string, many: string]>> = {
  apps: ['app', 'apps'],
  instances: ['instance', 'instances'],
  cpus: ['CPU', 'CPUs'],
  memoryBytes: ['memory', 'memory'],
  ports: ['published port', 'published ports'],
  volumes: ['volume', 'volumes'],
};

export function quotaOf<T>(make: (name: QuotaName) => T): Record<QuotaName, T> {
  return {
    apps: make('apps'),
    instances: make('instances'),
    cpus: make('cpus'),
    memoryBytes: make('memoryBytes'),
    ports: make('ports'),
    volumes: make('volumes'),
  };
}

function round(amount: number): number {
  return Math.round(amount * 100) / 100;
}
