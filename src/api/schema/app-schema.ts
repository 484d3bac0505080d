import { z } from 'zod';
import { signalNames } from '../../core/signal/signal.ts';
import { listOf, named, time } from './components.ts';
import { modeSchema, overrideSchema, windowSchema } from './steering-schema.ts';

export const serviceSchema = named(
  'Service',
  z.object({
    name: z.string(),
    image: z.string(),
    replicas: z.int().describe('Wanted.'),
    ready: z.int().describe('Answering now, or ended as it should (one-shot services).'),
    min: z.int(),
    max: z.int(),
    url: z.string().nullable(),
    targets: z.partialRecord(z.enum(signalNames), z.number()),
    mode: modeSchema,
    modeBy: z.string().nullable().describe('Who set the mode; null: the release.'),
    override: overrideSchema.nullable().describe('A number that a person set for a while.'),
    window: windowSchema.nullable().describe('The open window that sets min and max.'),
    networks: z.array(z.string()).describe('Names in the compose file.'),
    volumes: z.array(z.string()).describe('Names in the compose file.'),
  }),
);

export const appSchema = named(
  'App',
  z.object({
    id: z.int(),
    name: z.string(),
    uniqueName: z.string(),
    engineName: z
      .string()
      .describe('What containers, networks, volumes and metrics call it: the first unique name, for ever.'),
    owner: z.string(),
    state: z.enum([
      'pending',
      'scanning',
      'deploying',
      'running',
      'degraded',
      'stopped',
      'failed',
      'deleting',
      'unknown',
    ]),
    reason: z.string().nullable(),
    url: z.string().nullable(),
    release: z.int().nullable(),
    canary: z
      .object({ release: z.int(), weight: z.int() })
      .nullable()
      .describe('A newer release that is tried with `weight` of 100 requests.'),
    paused: z
      .object({ operation: z.string(), at: time, by: z.string() })
      .nullable()
      .describe('Its deployment was made to stop before its next step; old and new instances serve.'),
    revision: z.int().describe('Grows by one with each accepted change.'),
    createdAt: time,
    services: z.array(serviceSchema).readonly(),
  }),
);
export const appsSchema = listOf(appSchema);

export const instanceSchema = named(
  'Instance',
  z.object({
    instance: z.string().describe('`web-3-1`: service, release, slot.'),
    service: z.string(),
    slot: z.int(),
    state: z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']),
    health: z.enum(['none', 'starting', 'healthy', 'unhealthy', 'ready', 'unresponsive', 'completed']),
    release: z.int(),
    startedAt: time.nullable(),
    restarts: z.int(),
    isRouted: z.boolean(),
    containerId: z.string(),
  }),
);
export const instancesSchema = listOf(instanceSchema);

export const appParams = z.object({
  app: z.string().describe('Unique name (`shop-7`), id, or the bare name when only one app has it.'),
});
