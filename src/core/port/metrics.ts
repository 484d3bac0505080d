import type { OwnerRule } from '../alert/owner-rule.ts';
import type { Traffic } from '../scaling/idle.ts';
import type { Signal, SignalName } from '../signal/signal.ts';

/** Reads signals of one service. A part that is down, slow or empty gives `missing` signals, never an exception. */
export type Metrics = {
  readSignals(
    request: {
      app: string;
      service: string;
      names: readonly SignalName[];
      /** Ready replicas, for per-replica values. */ replicas: number;
      now: number;
    },
    signal?: AbortSignal,
  ): Promise<Signal[]>;
  /** Requests of one service that the router has answered since it began to count; zero when it is known to have had none. */
  readTraffic(of: { app: string; service: string; now: number }, signal?: AbortSignal): Promise<Traffic>;
};

/** One signal of a service over time; `value` null where nothing was measured. */
export type SignalSeries = {
  name: SignalName;
  /** For what replicas share: of all of them together. */
  points: readonly { at: number; value: number | null }[];
};

/** Reads what was measured. `part.unavailable` when it cannot be read; nothing measured is points without a value. */
export type SignalHistory = {
  readSeries(
    request: {
      app: string;
      service: string;
      names: readonly SignalName[];
      from: number;
      to: number;
      stepMs: number;
    },
    signal?: AbortSignal,
  ): Promise<SignalSeries[]>;
};

/** An alert rule of one service, as data; adapters render it. */
export type AlertRule = {
  app: string;
  service: string;
  signal: SignalName;
  target: number;
  /** The alert fires when value > target × (1 + tolerance). */
  tolerance: number;
  severity: 'info' | 'warning' | 'critical';
};

/** A rule that an app's owner made. */
export type OwnedRule = { app: string; rule: OwnerRule };

export type AlertRules = {
  /**
   * Makes the rule set exactly this, owners' rules included; a set the part refuses is rejected with `input.invalid` and the
   * old one stays. Returns false when nothing changed.
   */
  sync(rules: readonly AlertRule[], signal?: AbortSignal, owned?: readonly OwnedRule[]): Promise<boolean>;
};

/** Judges an owner's rule before it is taken into the set. Down → `part.unavailable`. */
export type RuleWorkbench = {
  /** What would be evaluated, held to the app's own series. `input.invalid` with the part's words when it cannot be used. */
  compile(app: string, rule: OwnerRule, signal?: AbortSignal): Promise<string>;
  /** How many series it gave at each step, and the value of one of them. */
  preview(
    expr: string,
    range: { from: number; to: number; stepMs: number },
    signal?: AbortSignal,
  ): Promise<{ at: number; series: number; value: number | null }[]>;
};
