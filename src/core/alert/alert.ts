/** One firing or resolved occurrence, judged by itself and never per group. */
export type Alert = {
  fingerprint: string;
  status: 'firing' | 'resolved';
  name: string;
  severity: string;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  startsAt: number;
  endsAt: number | null;
};

/** What became of a stored alert. */
export type AlertOutcome =
  | { kind: 'pending' }
  | { kind: 'decided'; decisionId: string }
  | { kind: 'ignored'; reason: string };

/** One effect per occurrence and status. */
export function alertKey(alert: Pick<Alert, 'fingerprint' | 'startsAt' | 'status'>): string {
  return `${alert.fingerprint}/${alert.startsAt}/${alert.status}`;
}
