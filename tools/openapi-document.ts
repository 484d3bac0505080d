import { z } from 'zod';
import { createApi } from '../src/api/create-api.ts';
import { openStore } from '../src/store/open-store.ts';
import { fakeActionDeps } from '../test/factories/action-deps.ts';

const schemaShape = z.looseObject({ description: z.string().optional() });
const content = z.record(z.string(), z.looseObject({ schema: schemaShape })).optional();

const operationShape = z.looseObject({
  tags: z.array(z.string()),
  summary: z.string(),
  description: z.string().optional(),
  security: z.array(z.unknown()).optional(),
  parameters: z
    .array(
      z.looseObject({
        in: z.string(),
        name: z.string(),
        required: z.boolean().optional(),
        description: z.string().optional(),
        schema: schemaShape,
      }),
    )
    .optional(),
  requestBody: z.looseObject({ required: z.boolean(), content }).optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string().optional(), content })),
});

const documentShape = z.looseObject({
  info: z.looseObject({ version: z.string(), description: z.string() }),
  tags: z.array(z.object({ name: z.string(), description: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), operationShape)),
  components: z.looseObject({ schemas: z.record(z.string(), schemaShape) }),
});
export type OpenapiDocument = z.infer<typeof documentShape>;
export type OpenapiOperation = z.infer<typeof operationShape>;

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** The document as an instance of this version serves it. */
export async function readOpenapiDocument(version: string): Promise<OpenapiDocument> {
  const store = openStore({ path: ':memory:' });
  const api = createApi({ deps: fakeActionDeps(store), log: silent, version });
  try {
    const answer = await api.inject('/api/v1/openapi.json');
    return documentShape.parse(answer.json());
  } finally {
    await api.close();
    store.close();
  }
}
