import type { AppState } from '../app/app.ts';
import type { InstanceHealth, InstanceState, ObservedInstance } from '../service/instance.ts';
import type { Signal } from '../signal/signal.ts';
import type { AppUsage } from '../usage/usage.ts';

/** An instance as people see it. */
export type InstanceView = {
  instance: string;
  service: string;
  slot: number;
  state: InstanceState;
  /** Crane's own probe and the engine's health check together; `completed` = a one-shot service's, ended as it should. */
  health: InstanceHealth | 'ready' | 'unresponsive' | 'completed';
  release: number;
  startedAt: number | null;
  restarts: number;
  isRouted: boolean;
  containerId: string;
};

/** What the control loops last saw; read by the API, never waited for. */
export type Observed = {
  /** `seenAt` null = not looked at yet since start; show `unknown`. */
  app(appId: number): {
    state: AppState;
    reason: string | null;
    instances: readonly InstanceView[];
    seenAt: number | null;
  };
  /** The runtime's objects, for logs. */
  instances(appId: number): readonly ObservedInstance[];
  /** One of the runtime's objects by its id, of whatever app; null when it is not there. */
  instance(id: string): ObservedInstance | null;
  /** What the app's running instances use; a reading that is too old is missing. */
  usage(appId: number): AppUsage;
  /** Somebody looks at the app's usage: for a while it is measured every second. */
  attendUsage(appId: number): void;
  /** The last signals read for a service. */
  signals(appId: number, service: string): readonly Signal[];
};
