import { instanceLabel, type ObservedInstance } from '../../core/service/instance.ts';
import { addUsage, noUsage } from '../../core/usage/add-usage.ts';
import { cpuCoresOver, slideCpuWindow, type CpuPoint } from '../../core/usage/cpu-window.ts';
import type {
  AppUsage,
  ServiceUsage,
  Usage,
  UsageCounters,
  UsageReading,
  UsageSample,
} from '../../core/usage/usage.ts';

/** A value is shown until the next one is this late; with hundreds of instances a round of the engine takes longer. */
const patienceMs = 5_000;

/** What is known of the usage of one app's instances. Ticks are monotonic milliseconds. */
export type UsageBook = {
  /** These are the app's instances now; the values of others leave. */
  see(observed: readonly ObservedInstance[]): void;
  /** `everyMs`: the pace of the samples. */
  record(id: string, sample: UsageSample, when: { tick: number; everyMs: number }): void;
  /** Why there is no sample; until there is one. */
  complain(id: string, reason: string): void;
  /** The instance was replaced because it had failed. */
  countReplacement(service: string, instance: string): void;
  read(tick: number): AppUsage;
};

type Entry = {
  item: ObservedInstance;
  window: CpuPoint[];
  /** The newest sample, which the next one is compared with. */
  last: UsageSample | null;
  /** What is shown; nothing of an earlier run. */
  shown: { usage: Usage; tick: number; staleAt: number } | null;
  complaint: string | null;
};

/** More counts than this of instances that are gone are not kept. */
const mostRestarts = 1_000;

/** `beganAt`: milliseconds since the epoch; what ran before had used something that nobody counted. */
export function createUsageBook(beganAt: number): UsageBook {
  let entries = new Map<string, Entry>();
  const totals = new Map<string, UsageCounters & { restarts: number }>();
  const restarts = new Map<string, number>();

  const totalOf = (service: string): UsageCounters & { restarts: number } =>
    totals.get(service) ?? { ...noUsage, restarts: 0 };
  const countRestart = (service: string, instance: string): void => {
    const total = totalOf(service);
    totals.set(service, { ...total, restarts: total.restarts + 1 });
    restarts.set(instance, (restarts.get(instance) ?? 0) + 1);
  };

  return {
    see(observed) {
      const known = entries;
      entries = new Map();
      for (const item of observed) {
        const before = known.get(item.id);
        if (before === undefined) {
          entries.set(item.id, { item, window: [], last: null, shown: null, complaint: null });
          continue;
        }
        if (isStartedAgain(before.item, item)) countRestart(item.service, instanceLabel(item));
        const isSameRun = item.state === 'running' && item.startedAt === before.item.startedAt;
        entries.set(item.id, { ...before, item, ...(isSameRun ? {} : { window: [], shown: null }) });
      }
      if (restarts.size > mostRestarts) forgetGone(restarts, observed);
    },

    record(id, sample, { tick, everyMs }) {
      const entry = entries.get(id);
      if (entry === undefined) return;
      const { item, last } = entry;
      const total = totalOf(item.service);
      const isCounted = last !== null || (item.startedAt !== null && item.startedAt >= beganAt);
      totals.set(item.service, isCounted ? { ...total, ...addUsage(total, last, sample) } : total);
      entry.last = sample;
      entry.complaint = null;
      if (item.state !== 'running') return;
      entry.window = slideCpuWindow(entry.window, sample, item.startedAt);
      const staleAt = tick + 2 * everyMs + patienceMs;
      entry.shown = { usage: { ...sample, cpuCores: cpuCoresOver(entry.window) }, tick, staleAt };
    },

    complain(id, reason) {
      const entry = entries.get(id);
      if (entry !== undefined) entry.complaint = reason;
    },

    countReplacement: countRestart,

    read(tick) {
      const running = [...entries.values()].filter((entry) => entry.item.state === 'running');
      return {
        instances: running.map((entry) =>
          readingOf(entry, restarts.get(instanceLabel(entry.item)) ?? 0, tick),
        ),
        services: [...totals].map(([service, total]): ServiceUsage => ({ service, ...total })),
      };
    },
  };
}

function isStartedAgain(before: ObservedInstance, now: ObservedInstance): boolean {
  return before.startedAt !== null && now.startedAt !== null && now.startedAt > before.startedAt;
}

function forgetGone(restarts: Map<string, number>, observed: readonly ObservedInstance[]): void {
  const here = new Set(observed.map(instanceLabel));
  for (const instance of restarts.keys()) if (!here.has(instance)) restarts.delete(instance);
}

function readingOf({ item, shown, complaint }: Entry, restarts: number, tick: number): UsageReading {
  const { service, release, slot } = item;
  const of = { instance: instanceLabel(item), service, release, slot, restarts };
  if (shown === null) return { ...of, kind: 'missing', reason: complaint ?? 'not measured yet' };
  if (tick <= shown.staleAt) return { ...of, kind: 'value', usage: shown.usage };
  const late = `no sample for ${Math.round((tick - shown.tick) / 1000)} s`;
  return { ...of, kind: 'missing', reason: complaint === null ? late : `${late}: ${complaint}` };
}
