import { z } from 'zod';

/** Where in a foreign payload things are: JSON pointers (RFC 6901), those of an alert relative to it; `=text` is that text always. */
export const alertMappingSchema = z.strictObject({
  /** The list of alerts; empty = the body itself is the one alert. */
  alerts: z.string().max(200).default(''),
  status: z.string().max(200),
  /** Texts of `status` that mean firing; all others of `resolved` mean that it is over. */
  firing: z.array(z.string().max(100)).min(1).max(20).default(['firing', 'alerting', 'triggered', 'open']),
  resolved: z.array(z.string().max(100)).min(1).max(20).default(['resolved', 'ok', 'closed', 'normal']),
  name: z.string().max(200),
  severity: z.string().max(200).exactOptional(),
  /** Absent: no app, and so no effect. */
  app: z.string().max(200).exactOptional(),
  service: z.string().max(200),
  /** ISO 8601, or seconds or milliseconds since the epoch. */
  startsAt: z.string().max(200),
  endsAt: z.string().max(200).exactOptional(),
  /** Absent: app, service and name make one. */
  fingerprint: z.string().max(200).exactOptional(),
  text: z.string().max(200).exactOptional(),
});
export type AlertMapping = z.infer<typeof alertMappingSchema>;

/** Another monitoring system that tells alerts. */
export type AlertSource = {
  id: string;
  name: string;
  /** Its alerts count for apps that this person may see. */
  userId: number;
  format: 'alertmanager' | 'grafana' | 'generic';
  mapping: AlertMapping | null;
  createdAt: number;
  lastUsedAt: number | null;
};

/** What a JSON pointer points at; undefined when nothing is there. Own members only. Pure. */
export function readPointer(document: unknown, pointer: string): unknown {
  if (pointer === '') return document;
  let at = document;
  for (const part of pointer.replace(/^\//, '').split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = Object.entries(at).find(([key]) => key === name)?.[1];
  }
  return at;
}
