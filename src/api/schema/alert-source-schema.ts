import { z } from 'zod';
import { alertMappingSchema } from '../../core/alert/alert-source.ts';
import { listOf, named, time } from './components.ts';

const format = z.enum(['alertmanager', 'grafana', 'generic']);
const mapping = named(
  'AlertMapping',
  alertMappingSchema.describe(
    'JSON pointers into the payload, those of an alert relative to it; `=text` is that text always.',
  ),
);
export const sourceSchema = named(
  'AlertSource',
  z.object({
    id: z.string(),
    name: z.string(),
    format,
    mapping: mapping.nullable(),
    createdAt: time,
    lastUsedAt: time.nullable(),
    path: z.string().describe('Where it posts its alerts.'),
  }),
);
export const sourcesSchema = listOf(sourceSchema);
export const newSourceBody = named(
  'NewAlertSource',
  z.strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]{0,38}$/, 'must be lower-case letters, digits and -'),
    format,
    mapping: mapping.exactOptional(),
  }),
);
export const newSourceAnswer = named(
  'AlertSourceAdded',
  z.object({ source: sourceSchema, secret: z.string().describe('Its bearer token; shown this once.') }),
);
const rejected = z
  .array(z.object({ index: z.int(), reason: z.string() }))
  .readonly()
  .describe('Alerts that could not be read, and why.');
export const receivedSchema = named(
  'AlertsReceived',
  z.object({ accepted: z.int(), duplicates: z.int(), rejected }),
);
export const previewBody = named('AlertsPreviewed', z.strictObject({ payload: z.unknown() }));
export const previewSchema = named(
  'AlertsPreview',
  z.object({
    alerts: z
      .array(
        z.object({
          fingerprint: z.string(),
          status: z.enum(['firing', 'resolved']),
          name: z.string(),
          severity: z.string(),
          labels: z.record(z.string(), z.string()),
          annotations: z.record(z.string(), z.string()),
          startsAt: time,
          endsAt: time.nullable(),
          note: z.string().nullable().describe('Why it would have no effect.'),
        }),
      )
      .readonly(),
    rejected,
  }),
);
