import { CraneError } from '../../core/error/crane-error.ts';
import type { AlertRule, AlertRules, OwnedRule, Metrics, RuleWorkbench } from '../../core/port/metrics.ts';
import type { Signal, SignalName } from '../../core/signal/signal.ts';

export type MemoryMetrics = Metrics & {
  /** Sets what a service measures from now on, at this time; null = nothing. */
  /** Counts requests that the router answered; null = they cannot be seen from now on. */
  count(service: { app: string; service: string }, requests: number | null): void;
  set(reading: { app: string; service: string; name: SignalName; value: number | null; at: number }): void;
};

/** Signals as they were set; nothing set is missing, and so is what is older than five seconds. */
export function createMemoryMetrics(): MemoryMetrics {
  const readings = new Map<string, { value: number; at: number }>();
  const traffic = new Map<string, number | null>();
  const keyOf = (...parts: string[]): string => parts.join('\0');
  return {
    set({ app, service, name, value, at }) {
      if (value === null) readings.delete(keyOf(app, service, name));
      else readings.set(keyOf(app, service, name), { value, at });
    },
    count({ app, service }, requests) {
      const before = traffic.get(keyOf(app, service)) ?? 0;
      traffic.set(keyOf(app, service), requests === null ? null : before + requests);
    },
    async readTraffic({ app, service }) {
      const requests = traffic.get(keyOf(app, service));
      if (requests === null) return { kind: 'missing', reason: 'nothing was measured' };
      return { kind: 'value', requests: requests ?? 0 };
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
export function createMemoryRules(): AlertRules & {
  rules(): readonly AlertRule[];
  owned(): readonly OwnedRule[];
} {
  let current: readonly AlertRule[] = [];
  let currentOwned: readonly OwnedRule[] = [];
  return {
    rules: () => current,
    owned: () => currentOwned,
    async sync(rules, _signal, owned = []) {
      if (JSON.stringify([rules, owned]) === JSON.stringify([current, currentOwned])) return false;
      current = structuredClone(rules);
      currentOwned = structuredClone(owned);
      return true;
    },
  };
}

/** Takes every rule but those with the word `bad`; what it would have done is a rule that held for the last minute. */
export function createMemoryRuleWorkbench(): RuleWorkbench {
  return {
    async compile(app, rule) {
      const text = rule.kind === 'promql' ? rule.expr : `${rule.preset} > ${rule.above}`;
      if (text.includes('bad')) throw new CraneError('input.invalid', 'The rule cannot be used: it is bad.');
      return `${app}: ${text}`;
    },
    async preview(_expr, { from, to, stepMs }) {
      const at = Array.from(
        { length: Math.floor((to - from) / stepMs) + 1 },
        (_, index) => from + index * stepMs,
      );
      return at.map((time) => ({ at: time, series: time >= to - 60_000 ? 1 : 0, value: 7 }));
    },
  };
}
