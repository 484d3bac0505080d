import type { InstanceSpec } from '../service/engine-create.ts';
import type { RetireReason } from './step.ts';

/** What is wanted of one service at this moment. */
export type ServiceDesire = {
  service: string;
  /** It stands beside the service of the app's own release. */
  isCanary: boolean;
  replicas: number;
  release: number;
  /** Instances of releases before this one are outdated even when their spec is the same (a restart). */
  minRelease: number;
  specHash: string;
  makeSpec: (slot: number) => InstanceSpec;
  /** First part of the names of instances, and the networks each is on, by the engine's names. */
  prefix: string;
  networks: readonly string[];
  /** For each service whose instances one shares something with: those of them that may be shared, by the engine's ids. */
  anchors?: readonly { service: string; ids: readonly string[] }[];
  order: 'start-first' | 'stop-first';
  /** A person paused the deployment: nothing new takes the place of what serves, but what fails is replaced. */
  isPaused: boolean;
  /** How many instances may be on their way at once; 0 = all. */
  parallelism: number;
  /** An instance is proven when it was ready for so long; before that nothing old makes way for it. */
  monitorMs: number;
  graceMs: number | null;
  /** An exit with code 0 is its end, not a failure (one-shot services). */
  canComplete: boolean;
  /** Whether a failed instance is replaced at all (`restart: "no"` says no). */
  isHealed: boolean;
  /** Names of what it waits for before the first instance may start; empty = may start. */
  waitsFor: readonly string[];
  /** Why instances go when none is wanted. */
  retireReason: RetireReason;
};
