import type { AlertRule, AlertRules, Metrics } from '../../core/port/metrics.ts';
import type { Signal, SignalName } from '../../core/signal/signal.ts';

export type MemoryMetrics = Metrics & {
  /** Sets what a service measures from now on, at this time; null = nothing. */
  set(reading: { app: string; service: string; name: SignalName; value: number | null; at: number }): void;
};

/** Signals as they were set; nothing set is missing, and so is what is older than five seconds. */
export function createMemoryMetrics(): MemoryMetrics {
  const readings = new Map<string, { value: number; at: number }>();
  const keyOf = (...parts: string[]): string => parts.join('\0');
  return {
    set({ app, service, name, value, at }) {
      if (value === null) readings.delete(keyOf(app, service, name));
      else readings.set(keyOf(app, service, name), { value, at });
    },
    async readSignals({ app, service, names, now }) {
      return names.map((name): Signal => {
        const reading = readings.get(keyOf(app, service, name));
        const query = `memory ${app}/${service} ${name}`;
        if (reading === undefined)
          return { kind: 'missing', name, reason: 'nothing was measured: no samples in the window', query };
        const ageSeconds = Math.max(0, now - reading.at) / 1000;
        return ageSeconds > 5
          ? {
              kind: 'missing',
              name,
              reason: `stale: the newest sample is ${ageSeconds.toFixed(1)} s old`,
              query,
            }
          : { kind: 'value', name, value: reading.value, ageSeconds, query };
      });
    },
  };
}

/** Keeps the rules in this process, for tests to look at. */
export function createMemoryRules(): AlertRules & { rules(): readonly AlertRule[] } {
  let current: readonly AlertRule[] = [];
  return {
    rules: () => current,
    async sync(rules) {
      if (JSON.stringify(rules) === JSON.stringify(current)) return false;
      current = structuredClone(rules);
      return true;
    },
  };
}
