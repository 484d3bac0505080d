/** A newer release that gets a share of an app's requests while the app's own release goes on serving. */
export type Canary = {
  release: number;
  /** Of 100 requests, so many go to the canary. */
  weight: number;
};

export const canaryWeights = { least: 0, most: 100 } as const;

/** Instances of a canary: its share of the service's, at least one where there is any. */
export function canaryReplicas(replicas: number, weight: number): number {
  return replicas === 0 ? 0 : Math.max(1, Math.ceil((replicas * weight) / 100));
}
