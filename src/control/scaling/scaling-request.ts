import type { Alert } from '../../core/alert/alert.ts';
import { type Silence } from '../../core/alert/silence.ts';
import type { App } from '../../core/app/app.ts';
import type { ComposeService } from '../../core/compose/compose-project.ts';
import type { ScaleSettings } from '../../core/compose/scale-settings.ts';
import type { StoredAlert } from '../../core/port/store.ts';
import type { IdleFacts } from '../../core/scaling/idle.ts';
import type { ScalingQuestion, ScalingVerdict } from '../../core/scaling/scaling.ts';

export type ScalingRequest = {
  app: App;
  service: string;
  spec: ComposeService;
  trigger: 'alert' | 'loop';
  alert: Alert | null;
  /** Judged by this evaluation: their outcome is stored together with the decision. */
  alerts: readonly StoredAlert[];
  /** What silences these alerts. */
  silence: Silence | null;
};

/** What the policy said; `isUnanswered`: nothing usable. */
export type AnsweredScaling = {
  scale: ScaleSettings;
  question: ScalingQuestion;
  verdict: ScalingVerdict;
  isUnanswered: boolean;
  /** Which policy was asked for nothing; null = none, or it answered. */
  failedRevision: string | null;
  /** Replicas that an app's own policy may add at once. */
  mostAtOnce: number | null;
  /** Null: its bounds keep it from sleeping anyway. */
  idle: IdleFacts | null;
};
