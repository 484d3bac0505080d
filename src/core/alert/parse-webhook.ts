import { z } from 'zod';
import { CraneError } from '../error/crane-error.ts';
import type { Alert } from './alert.ts';

/** Bounds of one delivery. Alertmanager sends a group per call, so real ones stay far below. */
const caps = { alerts: 10_000, labels: 64, name: 128, value: 1_024, annotation: 4_096 };
/** An occurrence that began longer ago is history, one that begins later is a wrong clock. Milliseconds. */
const age = { past: 30 * 86_400_000, future: 300_000 };

const payload = z.object({ version: z.literal('4').optional(), alerts: z.array(z.unknown()) });

const rawAlert = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: z.unknown(),
  annotations: z.unknown().optional(),
  startsAt: z.string().max(64),
  endsAt: z.string().max(64).optional(),
  fingerprint: z.string().regex(/^[0-9a-zA-Z_-]{1,64}$/),
});

export type RejectedAlert = { index: number; reason: string };
export type ParsedWebhook = { alerts: Alert[]; rejected: RejectedAlert[] };

/**
 * Alertmanager's webhook payload (version 4), judged per alert and never per group: one that cannot be read is rejected
 * with the reason, the others stand. `now` in milliseconds; occurrences that began over 30 days before it, or over 5
 * minutes after it, are rejected; null leaves that unjudged. Links in alerts are dropped, never followed.
 *
 * Throws `input.invalid` when the body is no such payload and `input.too_large` above 10,000 alerts.
 */
export function parseWebhook(body: unknown, now: number | null = null): ParsedWebhook {
  const parsed = payload.safeParse(body);
  if (!parsed.success) {
    throw new CraneError('input.invalid', {
      message:
        'The body is not an Alertmanager webhook of version 4: an object with an array `alerts` is wanted.',
      errors: parsed.error.issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, message })),
    });
  }
  const { alerts } = parsed.data;
  if (alerts.length > caps.alerts) {
    throw new CraneError('input.too_large', {
      message: `At most ${caps.alerts} alerts are taken at once (saw ${alerts.length}).`,
    });
  }
  const result: ParsedWebhook = { alerts: [], rejected: [] };
  for (const [index, raw] of alerts.entries()) {
    const alert = parseAlert(raw, now);
    if ('reason' in alert) result.rejected.push({ index, reason: alert.reason });
    else result.alerts.push(alert);
  }
  return result;
}

function parseAlert(raw: unknown, now: number | null): Alert | { reason: string } {
  const parsed = rawAlert.safeParse(raw);
  if (!parsed.success) return { reason: describeIssue(parsed.error) };
  const { status, startsAt, endsAt, fingerprint } = parsed.data;
  const labels = parseTexts(parsed.data.labels, caps.value);
  const annotations = parseTexts(parsed.data.annotations ?? {}, caps.annotation);
  if (labels === null) return { reason: 'labels are not a small object of texts' };
  if (annotations === null) return { reason: 'annotations are not a small object of texts' };
  const started = Date.parse(startsAt);
  const ended = parseEnd(endsAt);
  const reason = judgeTimes(started, status === 'resolved' ? ended : null, now);
  if (reason !== null) return { reason };
  return {
    fingerprint,
    status,
    name: labels['alertname'] ?? '',
    severity: labels['severity'] ?? 'none',
    labels,
    annotations,
    startsAt: started,
    endsAt: ended,
  };
}

/** Go's zero time stands for "not ended". */
function parseEnd(text: string | undefined): number | null {
  if (text === undefined || text === '' || text.startsWith('0001-')) return null;
  return Date.parse(text);
}

function judgeTimes(started: number, ended: number | null, now: number | null): string | null {
  if (Number.isNaN(started)) return 'startsAt is not a time';
  if (now !== null && started < now - age.past) return 'stale: it began more than 30 days ago';
  if (now !== null && started > now + age.future) return 'it begins in the future';
  if (ended !== null && Number.isNaN(ended)) return 'endsAt is not a time';
  if (ended !== null && ended < started) return 'it ends before it begins';
  return null;
}

/**
 * Texts by name, or null when it is something else or too much. Annotations are for people and are cut; a cut label
 * would be another label. Built with defined properties, so `__proto__` is a name like any other.
 */
function parseTexts(raw: unknown, maxValue: number): Record<string, string> | null {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return null;
  const entries = Object.entries(raw);
  if (entries.length > caps.labels) return null;
  const texts: [string, string][] = [];
  for (const [name, value] of entries) {
    if (typeof value !== 'string' || name.length > caps.name) return null;
    if (value.length > maxValue && maxValue === caps.value) return null;
    texts.push([name, value.slice(0, maxValue)]);
  }
  return Object.fromEntries(texts);
}

function describeIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue === undefined ? 'it cannot be read' : `${issue.path.join('.') || 'alert'}: ${issue.message}`;
}
