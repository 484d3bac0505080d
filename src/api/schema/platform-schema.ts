import { z } from 'zod';
import { feedKinds } from '../../core/operation/feed.ts';
import { partNames } from '../../core/port/parts.ts';
import { facts, listOf, named, time } from './components.ts';

export const statusSchema = named(
  'Status',
  z.object({
    version: z.string(),
    startedAt: time,
    parts: z
      .array(
        z.object({
          name: z.enum(partNames),
          state: z.enum(['ok', 'starting', 'degraded', 'down', 'unknown']),
          version: z.string().nullable(),
          since: time,
          checkedAt: time,
          reason: z.string().nullable(),
          consequence: z.string().nullable(),
          url: z.string().nullable(),
        }),
      )
      .readonly(),
    apps: z.int(),
    instances: z.int(),
  }),
);

/** `build` is the same for the same code; `unknown` where nobody said it. */
export const versionSchema = named('Version', z.object({ version: z.string(), build: z.string() }));

export const feedEventSchema = named(
  'FeedEvent',
  z.object({
    seq: z.int(),
    at: time,
    kind: z.enum(feedKinds),
    appId: z.int().nullable(),
    app: z.string().nullable(),
    text: z.string(),
    data: facts,
  }),
);

export const logLineSchema = named(
  'LogLine',
  z.object({
    instance: z.string(),
    stream: z.enum(['stdout', 'stderr']),
    at: time.nullable(),
    text: z.string(),
  }),
);

const findingSchema = z.object({
  id: z.string(),
  severity: z.enum(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN']),
  package: z.string(),
  installed: z.string(),
  fixed: z.string().nullable(),
  title: z.string(),
  url: z.string().nullable(),
});

const severity = z.enum(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN']);
const imageSecretSchema = z.object({
  rule: z.string(),
  title: z.string(),
  severity,
  file: z.string().nullable().describe("Null: the image's configuration."),
  line: z.int(),
});
const misconfigurationSchema = z.object({
  id: z.string(),
  severity,
  title: z.string(),
  message: z.string(),
  fix: z.string(),
  url: z.string().nullable(),
});

/** State of the image a service runs; `not-scanned` = no scan of it is stored. */
export const scanSchema = named(
  'Scan',
  z.object({
    service: z.string(),
    image: z.string(),
    imageId: z.string(),
    state: z
      .enum(['clean', 'findings', 'nothing-recognised', 'no-database', 'stale', 'failed', 'not-scanned'])
      .describe('`stale`: compared with a database that is too old to say that nothing is wrong.'),
    packages: z.int().nullable(),
    findings: z.array(findingSchema).readonly(),
    secrets: z
      .array(imageSecretSchema)
      .readonly()
      .nullable()
      .describe('Where secrets lie in the image, never what they are; null = not looked for.'),
    misconfigurations: z
      .array(misconfigurationSchema)
      .readonly()
      .nullable()
      .describe('What good practice advises against; null = not looked for.'),
    hasSbom: z.boolean(),
    scanner: z.string().nullable(),
    databaseAt: time.nullable(),
    reason: z.string().nullable(),
    startedAt: time.nullable(),
    tookMs: z.number().nullable(),
  }),
);
export const scansSchema = listOf(scanSchema);
export const scanDatabaseSchema = named(
  'ScanDatabase',
  z.object({
    isPresent: z.boolean(),
    updatedAt: time.nullable().describe('When it was made.'),
    ageHours: z.number().nullable(),
    sizeBytes: z.int().nullable(),
    isStale: z.boolean().describe('Too old for the policy P17.'),
  }),
);
