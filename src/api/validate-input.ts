import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { CraneError } from '../core/error/crane-error.ts';
import type { ErrorDetail } from '../core/error/crane-error.ts';

const partNames: Readonly<Record<string, string>> = {
  body: 'body',
  querystring: 'query',
  params: 'address',
  headers: 'headers',
};
const mostErrors = 50;

/** Checks what people send against its schema; every mistake is named with its JSON pointer. */
export const validateInput: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const part = partNames[httpPart ?? 'body'] ?? 'request';
  return (data: unknown) => {
    const result = schema.safeParse(data ?? (httpPart === 'body' ? undefined : {}));
    return result.success ? { value: result.data } : { error: inputError(result.error, part) };
  };
};

function inputError(error: z.ZodError, part: string): CraneError {
  const details = error.issues.flatMap((issue) => detailsOf(issue, part));
  const [first] = details;
  const more = details.length > 1 ? ` (and ${details.length - 1} more)` : '';
  return new CraneError('input.invalid', {
    message: `${part}${first?.pointer === '' ? '' : ` ${first?.pointer ?? ''}`}: ${first?.message ?? 'is not valid'}${more}`,
    fix: 'Correct what errors[] names; the shapes are in /api/v1/openapi.json.',
    errors: details.slice(0, mostErrors),
  });
}

function detailsOf(issue: z.core.$ZodIssue, part: string): ErrorDetail[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: pointerOf([...issue.path, key]),
      message: 'is not known here',
      fix: `Remove it from the ${part}.`,
    }));
  }
  return [{ pointer: pointerOf(issue.path), message: issue.message }];
}

/** RFC 6901. */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path
    .map((key) => `/${String(key).slice(0, 200).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
