import type { Alert } from '../alert/alert.ts';
import type { Clamp, ScalingQuestion, ScalingVerdict } from '../scaling/scaling.ts';
import type { RecordedSteering } from '../scaling/recorded-steering.ts';

/** Why something happened, or did not: one row of the ledger. */
export type Decision = {
  /** Sortable, `d-<time><sequence>`. */
  id: string;
  at: number;
  appId: number;
  app: string;
  service: string;
  family: 'scaling' | 'healing';
  trigger: 'alert' | 'loop' | 'person' | 'event' | 'request';
  verdict:
    | 'scale-out'
    | 'scale-in'
    | 'hold'
    | 'restart'
    | 'replace'
    | 'back-off'
    | 'ignore'
    | 'stop'
    | 'start';
  from: number;
  to: number;
  /** One sentence for people. */
  reason: string;
  policyRevision: string | null;
  bounds: { min: number; max: number };
  clamps: readonly Clamp[];
  /** Of scaling by a policy only: mode, override, open window and what was wanted before. */
  steering: RecordedSteering | null;
  alert: Alert | null;
  /** Exact policy input and output; null when a person or a built-in rule decided. */
  question: ScalingQuestion | HealingQuestion | null;
  answer: ScalingVerdict | HealingVerdict | null;
  effect: DecisionEffect;
  /** Holds with the same reason in a row are one row: how often, and when last. */
  repeats: number;
  lastAt: number;
};

export type DecisionEffect = {
  status: 'none' | 'pending' | 'done' | 'failed' | 'superseded';
  /** Instances created or removed for it, by label (`web-1-2`), with the time each was ready or gone. */
  instances: readonly {
    instance: string;
    change: 'created' | 'removed' | 'replaced';
    readyAt: number | null;
  }[];
  /** Milliseconds from the decision to its full effect. */
  tookMs: number | null;
  error: string | null;
};

export type HealingQuestion = {
  app: string;
  service: string;
  instance: string;
  failure: {
    kind: 'exited' | 'oom' | 'unhealthy' | 'unresponsive' | 'removed' | 'stopped';
    exitCode: number | null;
    text: string;
  };
  /** Restarts within the last ten minutes that count for this instance, this one not counted; see count-restarts.ts. */
  recentRestarts: number;
  replicas: { desired: number; ready: number };
  now: number;
};

export type HealingVerdict = {
  action: 'replace' | 'back-off' | 'give-up';
  delayMs: number;
  reason: string;
  policyRevision: string;
};
