import { z } from 'zod';
import { scalingModes } from '../../core/scaling/steering.ts';
import { longestWindowMs } from '../../core/scaling/schedule.ts';
import { listOf, named, time } from './components.ts';

export const modeSchema = z.enum(scalingModes);

export const overrideSchema = named(
  'Override',
  z.object({
    replicas: z.int(),
    until: time.nullable().describe('Null: until a person ends it.'),
    by: z.string(),
    previous: z.int().describe('Replicas wanted before it.'),
  }),
);

export const windowSchema = named(
  'OpenWindow',
  z.object({
    id: z.int().describe('Of its schedule.'),
    cron: z.string(),
    timeZone: z.string(),
    min: z.int(),
    max: z.int(),
    since: time,
    until: time,
  }),
);

export const steeringSchema = named(
  'Steering',
  z.object({
    mode: modeSchema,
    modeBy: z.string().nullable().describe('Who set the mode; null: the release.'),
    override: overrideSchema.nullable(),
    window: windowSchema.nullable(),
    current: z.int().describe('Replicas wanted when it was decided.'),
    recommended: z.int().nullable().describe('Highest recommendation of the stabilization window before.'),
    mostAtOnce: z.int().exactOptional().describe("Replicas that an app's own policy may add at once."),
    quota: z
      .object({ most: z.int(), text: z.string() })
      .exactOptional()
      .describe("What the owner's quota left to the service, and by which limit."),
  }),
);

const service = z.string().min(1).max(255);
const services = z.array(service).max(100).exactOptional().describe('Absent: every service of the app.');
export const modeBody = named(
  'ScalingMode',
  z.strictObject({
    mode: z
      .enum([...scalingModes, 'default'])
      .describe('auto acts; dry-run decides and records; paused holds; default is what the release says.'),
    services,
  }),
);
export const autoBody = named('ScaleAuto', z.strictObject({ services }));

export const scheduleSchema = named(
  'Schedule',
  z.object({
    id: z.int(),
    service: z.string(),
    cron: z.string(),
    timeZone: z.string(),
    durationMs: z.number(),
    min: z.int(),
    max: z.int(),
    createdBy: z.string(),
    createdAt: time,
    open: z.object({ since: time, until: time }).nullable().describe('The window that is open now.'),
    opensAt: time.nullable().describe('When it opens next; null: never.'),
  }),
);
export const schedulesSchema = listOf(scheduleSchema);

const replicas = z.int().min(0).max(1000);
export const scheduleBody = named(
  'NewSchedule',
  z.strictObject({
    service: service.exactOptional().describe('Absent: the only service it can mean.'),
    cron: z.string().min(1).max(200).describe('Minute, hour, day of the month, month, day of the week.'),
    timeZone: z.string().min(1).max(64).default('UTC').describe('IANA name, as in Europe/Vienna.'),
    durationMs: z.int().min(60_000).max(longestWindowMs),
    min: replicas,
    max: replicas,
  }),
);
