import { z } from 'zod';
import { listOf, named, time } from './components.ts';

const forMs = z.int().min(1_000).max(2_592_000_000).describe('It ends by itself after this.');
const reason = z.string().max(500).default('');

export const silenceSchema = named(
  'Silence',
  z.object({
    id: z.int(),
    appId: z.int(),
    kind: z
      .enum(['silence', 'maintenance'])
      .describe('`maintenance`: nobody is told of anything about the app.'),
    service: z.string().nullable().describe('Null = all.'),
    alert: z.string().nullable().describe('Name, `*` for any text; null = all.'),
    until: time,
    reason: z.string(),
    by: z.string(),
    createdAt: time,
    endedAt: time.nullable().describe('Null: in force until its time is over.'),
  }),
);
export const silencesSchema = listOf(silenceSchema);
export const newSilenceBody = named(
  'NewSilence',
  z.strictObject({
    service: z.string().min(1).max(128).exactOptional(),
    alert: z.string().min(1).max(128).exactOptional(),
    forMs,
    reason,
  }),
);
export const maintenanceBody = named('Maintenance', z.strictObject({ forMs, reason }));
