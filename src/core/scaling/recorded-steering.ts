import type { QuotaBound } from './scaling.ts';
import type { IdleFacts } from './idle.ts';
import type { OpenWindow } from './schedule.ts';
import type { ScalingMode, Override } from './steering.ts';

/** What bounded a decision, beside its question: enough to bound a verdict again later. */
export type RecordedSteering = {
  mode: ScalingMode;
  modeBy: string | null;
  override: Override | null;
  window: OpenWindow | null;
  /** Replicas wanted when it was decided. */
  current: number;
  /** The highest recommendation of the stabilisation window before this verdict; null = none. */
  recommended: number | null;
  /** Replicas that an app's own policy may add at once, where an admin said so. */
  mostAtOnce?: number;
  /** Only where the owner has a quota, and more was wanted. */
  quota?: QuotaBound;
  /** Only of services that may sleep. */
  idle?: IdleFacts | null;
};
