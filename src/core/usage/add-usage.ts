import type { UsageCounters, UsageSample } from './usage.ts';

export const noUsage: UsageCounters = {
  cpuSeconds: 0,
  cpuThrottledSeconds: 0,
  receivedBytes: 0,
  sentBytes: 0,
  readBytes: 0,
  writtenBytes: 0,
};

/**
 * The total with what one instance used between two samples of it. A counter that went back began again at zero; with no
 * sample before, all of `next` is new.
 */
export function addUsage(
  total: UsageCounters,
  previous: UsageSample | null,
  next: UsageSample,
): UsageCounters {
  const grown = (name: keyof UsageCounters): number => {
    const before = previous?.[name] ?? 0;
    return total[name] + (next[name] >= before ? next[name] - before : next[name]);
  };
  return {
    cpuSeconds: grown('cpuSeconds'),
    cpuThrottledSeconds: grown('cpuThrottledSeconds'),
    receivedBytes: grown('receivedBytes'),
    sentBytes: grown('sentBytes'),
    readBytes: grown('readBytes'),
    writtenBytes: grown('writtenBytes'),
  };
}
