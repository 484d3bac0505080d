import { isLike } from '../notice/matcher.ts';

/**
 * For a while, alerts of an app cause no action and nobody is told of them.
 *
 *   active ──(its time is over, or a person ends it)──► ended
 */
export type Silence = {
  id: number;
  appId: number;
  /** `maintenance`: of the whole app, and nobody is told of anything about it. */
  kind: 'silence' | 'maintenance';
  /** Null = of all services. */
  service: string | null;
  /** Name of the alert, `*` for any text; null = all. */
  alert: string | null;
  until: number;
  reason: string;
  by: string;
  createdAt: number;
  endedAt: number | null;
};

/** The first active one that covers an alert of a service; `alert` null: only one that covers all its alerts. Pure. */
export function findSilence(
  silences: readonly Silence[],
  { service, alert }: { service: string | null; alert: string | null },
  now: number,
): Silence | null {
  const covers = (silence: Silence): boolean =>
    silence.endedAt === null &&
    silence.until > now &&
    (silence.service === null || silence.service === service) &&
    (silence.alert === null || (alert !== null && isLike(alert, silence.alert)));
  return silences.find(covers) ?? null;
}

/** `silenced by ada until 2026-01-02T03:04:05Z: new disks` */
export function describeSilence({ kind, by, until, reason }: Silence): string {
  const what = kind === 'maintenance' ? 'in maintenance, silenced' : 'silenced';
  const why = reason === '' ? '' : `: ${reason}`;
  return `${what} by ${by} until ${new Date(until).toISOString().slice(0, 19)}Z${why}`;
}

/** `web, alerts slow*`; `the whole app`. */
export function describeScope({ service, alert }: Pick<Silence, 'service' | 'alert'>): string {
  if (service === null && alert === null) return 'the whole app';
  return [service ?? 'all services', alert === null ? 'all alerts' : `alerts ${alert}`].join(', ');
}
