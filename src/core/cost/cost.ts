/** What one service had over a stretch of time, summed over its instances. Missing is counted, never taken for zero use. */
export type Metered = {
  service: string;
  /** Seconds of running instances, and of them those whose use was not measured. */
  instanceSeconds: number;
  unmeasuredSeconds: number;
  cpuCoreSeconds: number;
  /** Of the limits; without a limit, what was used. */
  cpuReservedSeconds: number;
  memoryByteSeconds: number;
  memoryReservedByteSeconds: number;
  /** The same had it stayed at its max all the time. */
  maxInstanceSeconds: number;
  maxCpuReservedSeconds: number;
  maxMemoryReservedByteSeconds: number;
};

/** Of what is reserved, an hour. Indicative: of nobody's list in particular. */
export type Prices = {
  currency: string;
  cpuCoreHour: number;
  memoryGibHour: number;
  instanceHour: number;
};

export const defaultPrices: Prices = {
  currency: 'EUR',
  cpuCoreHour: 0.04,
  memoryGibHour: 0.005,
  instanceHour: 0,
};

export type ServiceCost = {
  service: string;
  instanceHours: number;
  /** Hours of instances whose use could not be measured. */
  unmeasuredHours: number;
  cpuCoreHours: { used: number; reserved: number };
  memoryGibHours: { used: number; reserved: number };
  cost: number;
  /** Had it stayed at its max. */
  costAtMax: number;
  saved: number;
};

const hour = 3_600;
const gib = 1024 ** 3;

/** Resource-hours and the indicative price of one service. Pure. */
export function computeCost(metered: Metered, prices: Prices): ServiceCost {
  const price = (instanceSeconds: number, cpuSeconds: number, byteSeconds: number): number =>
    (instanceSeconds / hour) * prices.instanceHour +
    (cpuSeconds / hour) * prices.cpuCoreHour +
    (byteSeconds / gib / hour) * prices.memoryGibHour;
  const cost = price(metered.instanceSeconds, metered.cpuReservedSeconds, metered.memoryReservedByteSeconds);
  const costAtMax = price(
    metered.maxInstanceSeconds,
    metered.maxCpuReservedSeconds,
    metered.maxMemoryReservedByteSeconds,
  );
  return {
    service: metered.service,
    instanceHours: metered.instanceSeconds / hour,
    unmeasuredHours: metered.unmeasuredSeconds / hour,
    cpuCoreHours: { used: metered.cpuCoreSeconds / hour, reserved: metered.cpuReservedSeconds / hour },
    memoryGibHours: {
      used: metered.memoryByteSeconds / gib / hour,
      reserved: metered.memoryReservedByteSeconds / gib / hour,
    },
    cost,
    costAtMax,
    saved: Math.max(0, costAtMax - cost),
  };
}

export type CostTotal = Pick<ServiceCost, 'instanceHours' | 'cost' | 'costAtMax' | 'saved'>;

export function addCosts(costs: readonly CostTotal[]): CostTotal {
  const sum = (of: (cost: CostTotal) => number): number => costs.reduce((total, cost) => total + of(cost), 0);
  return {
    instanceHours: sum((cost) => cost.instanceHours),
    cost: sum((cost) => cost.cost),
    costAtMax: sum((cost) => cost.costAtMax),
    saved: sum((cost) => cost.saved),
  };
}

/** One running instance at a moment; null = not measured. */
export type MeterReading = {
  cpuLimitCores: number | null;
  cpuCores: number | null;
  memoryBytes: number;
  memoryLimitBytes: number | null;
} | null;

/** What one instance reserves. */
export type Reserved = { cpuCores: number; memoryBytes: number };

/**
 * What a stretch of `seconds` adds. `cpuCoreSeconds`: used in it, as counted. `max` below what runs is taken for that: nothing was
 * saved. `known`: what an instance reserved when one was last measured, for the time when none is.
 */
export function meterService(seen: {
  service: string;
  seconds: number;
  cpuCoreSeconds: number;
  readings: readonly MeterReading[];
  max: number;
  known: Reserved | null;
}): { metered: Metered; reserved: Reserved | null } {
  const { seconds, readings } = seen;
  const measured = readings.filter((reading) => reading !== null);
  const each = measured.map(({ cpuLimitCores, cpuCores, memoryBytes, memoryLimitBytes }): Reserved => ({
    cpuCores: cpuLimitCores ?? cpuCores ?? 0,
    memoryBytes: memoryLimitBytes ?? memoryBytes,
  }));
  const sum = (of: (item: Reserved) => number): number => each.reduce((total, item) => total + of(item), 0);
  const mean =
    each.length === 0
      ? seen.known
      : {
          cpuCores: sum((item) => item.cpuCores) / each.length,
          memoryBytes: sum((item) => item.memoryBytes) / each.length,
        };
  const most = Math.max(seen.max, readings.length);
  const cpuReserved = (mean?.cpuCores ?? 0) * readings.length;
  const memoryReserved = (mean?.memoryBytes ?? 0) * readings.length;
  const metered: Metered = {
    service: seen.service,
    instanceSeconds: readings.length * seconds,
    unmeasuredSeconds: (readings.length - measured.length) * seconds,
    cpuCoreSeconds: seen.cpuCoreSeconds,
    cpuReservedSeconds: cpuReserved * seconds,
    memoryByteSeconds: measured.reduce((total, { memoryBytes }) => total + memoryBytes, 0) * seconds,
    memoryReservedByteSeconds: memoryReserved * seconds,
    maxInstanceSeconds: most * seconds,
    maxCpuReservedSeconds: (mean?.cpuCores ?? 0) * most * seconds,
    maxMemoryReservedByteSeconds: (mean?.memoryBytes ?? 0) * most * seconds,
  };
  return { metered, reserved: mean };
}
