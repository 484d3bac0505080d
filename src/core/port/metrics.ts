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

export type AlertRules = {
  /** Makes the rule set exactly this; a set the part refuses is rejected with `input.invalid` and the old one stays. Returns false when nothing changed. */
  sync(rules: readonly AlertRule[], signal?: AbortSignal): Promise<boolean>;
};
