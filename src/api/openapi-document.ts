import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { describeGuards } from './describe-guards.ts';
import { components } from './schema/components.ts';
import { operationEventSchema } from './schema/operation-schema.ts';
import { feedEventSchema } from './schema/platform-schema.ts';
import { problemSchema } from './schema/problem-schema.ts';
import {
  execStartSchema,
  runStartSchema,
  sessionEventSchema,
  sessionInputSchema,
} from './schema/session-schema.ts';

const transformObject = createJsonSchemaTransformObject({ schemaRegistry: components });
const problemRef = { $ref: '#/components/responses/Problem' };

/** Paths whose JSON body may be left out; the generator knows only bodies that must be there. */
const mayHaveNoBody = new Set(['/api/v1/apps/{app}/restart']);

/** Options of the OpenAPI 3.1 document, which is made from the routes themselves. */
export function openapiOptions(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Crane',
        version,
        description:
          'Deploys, routes, measures, scales and heals apps on one machine. Errors are RFC 9457 problem documents. Reads have an `ETag` and honour `If-None-Match`; changes of an app honour `If-Match` (412 when somebody changed it meanwhile); every change honours `Idempotency-Key` (a UUID of yours: sent again within 24 h it gives the same answer and no second effect).',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      security: [{ token: [] }],
      tags: [
        { name: 'apps', description: 'What is deployed.' },
        { name: 'delivery', description: 'Changing apps from programs, and telling programs what happens.' },
        { name: 'notifications', description: 'Telling people what they should know.' },
        { name: 'operations', description: 'Long work that can be followed and cancelled.' },
        { name: 'scaling', description: 'What people set of the loop: modes, overrides, schedules.' },
        { name: 'policies', description: 'What decides about scaling and healing.' },
        { name: 'rules', description: "Alert rules of an app's owner." },
        { name: 'decisions', description: 'Why something happened or did not.' },
        { name: 'loads', description: 'Load on own apps.' },
        { name: 'labs', description: 'Learning by doing, checked by what really happened.' },
        { name: 'people', description: 'Users and tokens.' },
        { name: 'platform', description: 'The control plane and its parts.' },
      ],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', bearerFormat: 'crane_…' },
          alertSource: { type: 'http', scheme: 'bearer', bearerFormat: 'crane_alerts_…' },
          hookSecret: { type: 'http', scheme: 'bearer', bearerFormat: 'crane_hook_…' },
          hookSignature: { type: 'apiKey', in: 'header', name: 'X-Crane-Signature' },
        },
        responses: {
          Problem: {
            description: 'RFC 9457 problem document',
            content: {
              'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
            },
          },
        },
      },
    },
    transform: createJsonSchemaTransform({ schemaRegistry: components }),
    transformObject: (document) => tidyDocument(transformObject(document)),
  };
}

const looseOperation = z.looseObject({
  parameters: z.array(z.unknown()).optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string().optional() })),
  requestBody: z.looseObject({ required: z.boolean().optional() }).optional(),
});
const looseDocument = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), looseOperation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});

const descriptions: Readonly<Record<string, string>> = {
  '200': 'OK',
  '201': 'Created',
  '202': 'Accepted; it goes on in the background',
  '204': 'Done',
};

/** Shapes of server-sent events and of messages of WebSockets; no path refers to them. */
const streamed = [
  problemSchema,
  feedEventSchema,
  operationEventSchema,
  execStartSchema,
  runStartSchema,
  sessionInputSchema,
  sessionEventSchema,
].flatMap((schema) => components.get(schema)?.id ?? []);

/** Says that each operation may answer with a problem, and leaves out schemas nothing refers to. */
function tidyDocument(document: object): Record<string, unknown> {
  const { paths, components, ...rest } = looseDocument.parse(document);
  for (const [path, item] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(item)) {
      for (const [status, answer] of Object.entries(operation.responses)) {
        if (answer.description === 'Default Response') answer.description = descriptions[status] ?? 'OK';
      }
      describeGuards(method, path, operation);
      operation.responses['default'] = problemRef;
      if (operation.requestBody !== undefined) operation.requestBody.required = !mayHaveNoBody.has(path);
    }
  }
  const used = namesUsed([paths, streamed.map(refTo)], components.schemas);
  const schemas = Object.fromEntries(Object.entries(components.schemas).filter(([name]) => used.has(name)));
  // `readOnly` says "not in requests", which the split into input and output schemas says already.
  return JSON.parse(
    JSON.stringify({ ...rest, paths, components: { ...components, schemas } }, withoutReadOnly),
  );
}

function withoutReadOnly(key: string, value: unknown): unknown {
  return key === 'readOnly' && value === true ? undefined : value;
}

function refTo(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

function namesUsed(roots: unknown, schemas: Readonly<Record<string, unknown>>): Set<string> {
  const used = new Set<string>();
  const waiting = [roots];
  while (waiting.length > 0) {
    const text = JSON.stringify(waiting.pop() ?? null);
    for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      waiting.push(schemas[name]);
    }
  }
  return used;
}
