/** What guard-requests.ts does for every route, as the OpenAPI document says it of each operation. */

type Described = {
  security?: unknown;
  parameters?: unknown[] | undefined;
  responses: Record<string, Record<string, unknown>>;
};

const parameters = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    description:
      'A UUID of your own for this one change. Sent again within 24 h, the same change gives the same answer and no second effect.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  IfMatch: {
    name: 'If-Match',
    description: 'The ETag of the app as it was read; 412 when somebody changed it since.',
    schema: { type: 'string' },
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    description: 'The ETag of the answer you have; 304 when it would be the same.',
    schema: { type: 'string' },
  },
};

/** Names the headers that an operation honours, and the tag that it gives. */
export function describeGuards(method: string, path: string, operation: Described): void {
  if (Array.isArray(operation.security) && operation.security.length === 0) return;
  const names: (keyof typeof parameters)[] =
    method === 'get'
      ? ['IfNoneMatch']
      : ['IdempotencyKey', ...(path.includes('{app}') ? ['IfMatch' as const] : [])];
  operation.parameters = [
    ...(operation.parameters ?? []),
    ...names.map((name) => ({ in: 'header', required: false, ...parameters[name] })),
  ];
  const answer = operation.responses['200'];
  if (method !== 'get' || answer === undefined) return;
  answer['headers'] = {
    ETag: { schema: { type: 'string' }, description: 'For If-Match and If-None-Match.' },
  };
  operation.responses['304'] = { description: 'As you have it' };
}
