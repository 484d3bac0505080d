import type { ObservedInstance } from '../service/instance.ts';

/** What was decided about a failed instance: replaced at the time `at`, on the clock that the plan is given. */
export type Healing = {
  at: number;
  /** How often this was tried within the last ten minutes, this time not counted. */
  restarts: number;
  /** The policy gave up: the long wait before the next try. */
  isGivenUp: boolean;
};

/** An observed instance with what the control loop knows of it. */
export type InstanceFacts = ObservedInstance & {
  isReady: boolean;
  /** Since when it is ready without a break, on the clock that the plan is given; null = it is not. */
  readySince: number | null;
  /** An effect of ours is under way on it. */
  busy: 'starting' | 'retiring' | null;
  /** Its probe or health check failed long enough; null = no complaint. */
  complaint: 'unhealthy' | 'unresponsive' | null;
  /** Somebody else had it stopped. */
  isStoppedOutside: boolean;
  /** Null: nothing was asked yet about its failure; `asked`: the answer is on its way. */
  healing: Healing | 'asked' | null;
  /** Its commands after the start have not ended; absent = it has none, or they have. */
  isPreparing?: boolean;
  /** An effect on it failed: not again before this time. Null = whenever it is due. */
  notBefore: number | null;
};
