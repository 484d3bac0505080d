import { z } from 'zod';
import type { OpenapiDocument, OpenapiOperation } from './openapi-document.ts';

const typeShape = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  default: z.unknown().optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: z.unknown().optional(),
  description: z.string().optional(),
});

/** A short reference for people: every address, then every shape. */
export function renderReference(document: OpenapiDocument): string {
  return [
    '<!-- Generated from the routes by "npm run generate"; do not edit. -->',
    '# HTTP API',
    document.info.description,
    'Send `Authorization: Bearer crane_…` except where "no token" is said. `GET /api/v1/openapi.json` serves the same as OpenAPI 3.1.\n' +
      'Times are milliseconds since the epoch. Each answer has an `X-Request-Id`; an error names it as `requestId`.',
    ...document.tags.flatMap(({ name, description }) => [
      `## ${name}`,
      description,
      ...operationsOf(document, name),
    ]),
    '## Shapes',
    ...Object.entries(document.components.schemas)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, schema]) => renderShape(name, schema)),
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

function operationsOf({ paths }: OpenapiDocument, tag: string): string[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, operation]) => operation.tags.includes(tag))
      .map(([method, operation]) => renderOperation(method, path, operation)),
  );
}

function renderOperation(method: string, path: string, operation: OpenapiOperation): string {
  const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  const lines = [
    `### \`${method.toUpperCase()} ${path}\``,
    `${operation.summary}.${operation.security?.length === 0 ? ' No token.' : ''}${operation.description === undefined ? '' : ` ${operation.description}`}`,
    '',
    ...query.map(
      ({ name, schema, description }) =>
        `- query \`${name}\`: ${typeOf(schema)}${description === undefined ? '' : `. ${description}`}`,
    ),
    ...(body === undefined
      ? []
      : [`- body${operation.requestBody?.required === false ? ' (may be left out)' : ''}: ${typeOf(body)}`]),
    ...Object.entries(operation.responses)
      .filter(([status]) => status !== 'default')
      .map(([status, answer]) => renderAnswer(status, answer.content)),
  ];
  return lines.join('\n');
}

function renderAnswer(status: string, content: OpenapiOperation['responses'][string]['content']): string {
  const shapes = Object.entries(content ?? {}).map(([type, { schema }]) =>
    type === 'application/json' ? typeOf(schema) : `\`${type}\``,
  );
  return `- ${status}: ${shapes.join(' or ') || 'nothing'}`;
}

function renderShape(name: string, schema: unknown): string {
  const { properties = {}, required = [] } = typeShape.parse(schema);
  const rows = Object.entries(properties).map(([field, each]) => {
    const { description = '', default: preset } = typeShape.parse(each);
    const presence =
      preset !== undefined ? `, else \`${JSON.stringify(preset)}\`` : required.includes(field) ? '' : '?';
    return `| \`${field}\`${presence === '?' ? ' (optional)' : ''} | ${typeOf(each)}${presence === '?' ? '' : presence} | ${description} |`;
  });
  return [`### ${name}`, '', '| field | type | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** `array of App`, `string or null`, `"a" or "b"`; shapes link to their section. */
function typeOf(schema: unknown): string {
  const parsed = typeShape.parse(schema);
  if (parsed.$ref !== undefined) return linkTo(parsed.$ref.split('/').at(-1) ?? '');
  const choices = parsed.anyOf ?? parsed.oneOf;
  if (choices !== undefined) return choices.map(typeOf).join(' or ');
  if (parsed.enum !== undefined) return parsed.enum.map((each) => `\`${String(each)}\``).join(' or ');
  if (parsed.const !== undefined) return `\`${JSON.stringify(parsed.const)}\``;
  if (parsed.items !== undefined) return `array of ${typeOf(parsed.items)}`;
  if (parsed.properties !== undefined) return `{ ${fieldsOf(parsed)} }`;
  return [parsed.type ?? 'anything'].flat().join(' or ');
}

function fieldsOf({ properties = {} }: z.infer<typeof typeShape>): string {
  return Object.entries(properties)
    .map(([field, each]) => `\`${field}\`: ${typeOf(each)}`)
    .join(', ');
}

function linkTo(name: string): string {
  return `[${name}](#${name.toLowerCase()})`;
}
