import type { PublishedPort } from './published-port.ts';

/** Identity of one running copy. `slot` is 1..n and survives replacement; the pair (release, slot) is unique per service. */
export type InstanceIdentity = { app: string; service: string; release: number; slot: number };

/** `missing` is never in this list: an instance that is gone is not observed. */
export type InstanceState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

/** `none`: the image and the compose file define no health check. */
export type InstanceHealth = 'none' | 'starting' | 'healthy' | 'unhealthy';

/** One instance as the runtime sees it now. */
export type ObservedInstance = InstanceIdentity & {
  /** The runtime's own id; opaque. */
  id: string;
  /** Deterministic name, see `instanceName`. */
  name: string;
  state: InstanceState;
  health: InstanceHealth;
  /** Set when the state is `exited` or `dead`. */
  exitCode: number | null;
  isOomKilled: boolean;
  /** Milliseconds since the epoch; null when it never started. */
  startedAt: number | null;
  finishedAt: number | null;
  createdAt: number;
  /** Hash of the create payload it was made from. */
  specHash: string;
  /** Content-addressed image id that it really runs. */
  imageId: string;
  /** Network name → address, only for networks it is attached to. */
  addresses: Readonly<Record<string, string>>;
  /** Ids of the instances whose namespaces or volumes it uses; absent = none. */
  shares?: readonly string[];
  /** Published ones while it runs; absent = none. */
  ports?: readonly PublishedPort[];
};

/** `crane-shop-7-web-3-1`: prefix, app's unique name, service, release number, slot. */
export function instanceName(prefix: string, of: InstanceIdentity): string {
  return `${prefix}-${of.app}-${of.service}-${of.release}-${of.slot}`;
}

/** A short name for people: `web-3-1` = service web, release 3, slot 1. */
export function instanceLabel(of: InstanceIdentity): string {
  return `${of.service}-${of.release}-${of.slot}`;
}
