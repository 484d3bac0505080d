export const partNames = ['docker', 'traefik', 'prometheus', 'alertmanager', 'opa', 'trivy'] as const;
export type PartName = (typeof partNames)[number];

/** A part's state as last looked at. Never better than reality: not looked at yet is `unknown`. */
export type PartStatus = {
  name: PartName;
  state: 'ok' | 'starting' | 'degraded' | 'down' | 'unknown';
  version: string | null;
  /** When this state began, and when it was last looked at. */
  since: number;
  checkedAt: number;
  /** What is wrong, in words; null when ok. */
  reason: string | null;
  /** What Crane does about it: "autoscaling holds". Null when ok. */
  consequence: string | null;
  /** Where a person on this machine can look at it; null when nowhere. */
  url: string | null;
};

export type Parts = { observe(signal?: AbortSignal): Promise<PartStatus[]> };
