import { CraneError } from '../error/crane-error.ts';
import type { Alert } from './alert.ts';
import { readPointer, type AlertMapping, type AlertSource } from './alert-source.ts';
import { parseWebhook, type ParsedWebhook } from './parse-webhook.ts';

/**
 * Alerts of another monitoring system, judged one by one as Alertmanager's are. Grafana's payload has Alertmanager's shape; the
 * generic one is read by the source's mapping. Fingerprints become the source's own: no source speaks of another one's alerts.
 * `prefix` keeps them apart. Pure. @throws input.invalid when the body is no such payload, input.too_large.
 */
export function parseForeign(
  source: Pick<AlertSource, 'id' | 'format' | 'mapping'>,
  body: unknown,
  now: number,
): ParsedWebhook {
  const parsed = source.mapping === null ? parseShaped(body, now) : parseMapped(source.mapping, body, now);
  const own = (alert: Alert): Alert => ({ ...alert, fingerprint: `${source.id}.${alert.fingerprint}` });
  return { ...parsed, alerts: parsed.alerts.map(own) };
}

/** Grafana leaves `version` at "1" and sends a zero `endsAt` while it fires: neither says anything of an alert. */
function parseShaped(body: unknown, now: number): ParsedWebhook {
  return parseWebhook({ alerts: readPointer(body, '/alerts') }, now);
}

function parseMapped(mapping: AlertMapping, body: unknown, now: number): ParsedWebhook {
  const found = readPointer(body, mapping.alerts);
  const items = mapping.alerts === '' ? [found] : found;
  if (!Array.isArray(items))
    throw new CraneError('input.invalid', {
      message: `There is no list at ${mapping.alerts}.`,
      fix: 'Change the mapping of the source, or what it sends.',
      errors: [{ pointer: mapping.alerts, message: 'is no list' }],
    });
  return parseWebhook({ alerts: items.map((item: unknown) => toRaw(mapping, item)) }, now);
}

/** In Alertmanager's shape; what is missing or wrong is found there, with the reason. */
function toRaw(mapping: AlertMapping, item: unknown): unknown {
  const text = (pointer: string | undefined): string | undefined => {
    if (pointer?.startsWith('=') === true) return pointer.slice(1);
    const value = pointer === undefined ? undefined : readPointer(item, pointer);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const [app, service, name] = [text(mapping.app), text(mapping.service), text(mapping.name)];
  const status = text(mapping.status)?.toLowerCase();
  const isOne = (words: readonly string[]): boolean =>
    status !== undefined && words.some((word) => word.toLowerCase() === status);
  const severity = text(mapping.severity);
  const summary = text(mapping.text);
  return {
    status: isOne(mapping.firing)
      ? 'firing'
      : isOne(mapping.resolved)
        ? 'resolved'
        : `unknown: ${status ?? ''}`,
    labels: {
      ...(name === undefined ? {} : { alertname: name }),
      ...(app === undefined ? {} : { app }),
      ...(service === undefined ? {} : { service }),
      ...(severity === undefined ? {} : { severity }),
    },
    annotations: summary === undefined ? {} : { summary },
    startsAt: timeOf(text(mapping.startsAt)),
    ...(mapping.endsAt === undefined ? {} : { endsAt: timeOf(text(mapping.endsAt)) ?? '' }),
    fingerprint: fingerprintOf(text(mapping.fingerprint) ?? [app, service, name].join('_')),
  };
}

function timeOf(text: string | undefined): string | undefined {
  if (text === undefined || !/^\d{9,13}(\.\d+)?$/.test(text)) return text;
  const number = Number(text);
  return new Date(number < 1e11 ? number * 1000 : number).toISOString();
}

function fingerprintOf(text: string): string {
  return text.replaceAll(/[^0-9a-zA-Z_-]/g, '_').slice(0, 64);
}
