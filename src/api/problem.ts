import { CraneError, toCraneError } from '../core/error/crane-error.ts';
import { errorCodes } from '../core/error/error-codes.ts';
import type { ErrorCode } from '../core/error/error-codes.ts';
import type { Problem } from './schema/problem-schema.ts';

export const problemType = 'application/problem+json; charset=utf-8';

/** Fastify's own refusals, by its `code`. */
const refusals: Readonly<Record<string, { code: ErrorCode; message: string; fix: string }>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'input.media_type',
    message: 'The body has a media type that is not read here.',
    fix: 'Send "Content-Type: application/json".',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: {
    code: 'input.malformed',
    message: 'The body is not JSON.',
    fix: 'Send one JSON document.',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    code: 'input.malformed',
    message: 'The body is empty, but its Content-Type says JSON.',
    fix: 'Send a JSON document, or leave the Content-Type out.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'input.malformed',
    message: 'The body is not as long as its Content-Length says.',
    fix: 'Send the body again.',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'input.too_large',
    message: 'The body is too large.',
    fix: 'Send at most 2 MiB.',
  },
  FST_ERR_MAX_PARAM_LENGTH: {
    code: 'route.not_found',
    message: 'There is nothing at an address that long.',
    fix: 'All addresses are in /api/v1/openapi.json.',
  },
  FST_ERR_BAD_URL: {
    code: 'input.malformed',
    message: 'The address is not well formed.',
    fix: 'Percent-encode it.',
  },
};

function fastifyCode(thrown: unknown): { code: string; statusCode: number | null } | null {
  if (!(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'string') return null;
  const statusCode =
    'statusCode' in thrown && typeof thrown.statusCode === 'number' ? thrown.statusCode : null;
  return { code: thrown.code, statusCode };
}

/** Whatever a route threw, as the one error type. Unknown things become `internal`; their text stays in the log. */
export function toApiError(thrown: unknown): CraneError {
  if (thrown instanceof CraneError) return thrown;
  const refusal = refusals[fastifyCode(thrown)?.code ?? ''];
  if (refusal !== undefined)
    return new CraneError(refusal.code, { message: refusal.message, fix: refusal.fix }, { cause: thrown });
  const { statusCode } = fastifyCode(thrown) ?? { statusCode: null };
  const isMalformed =
    thrown instanceof SyntaxError || (statusCode !== null && statusCode >= 400 && statusCode < 500);
  if (!isMalformed) return toCraneError(thrown);
  return new CraneError(
    'input.malformed',
    { message: 'The request is not well formed.', fix: 'Compare it with /api/v1/openapi.json.' },
    { cause: thrown },
  );
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Refused',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  408: 'Too slow',
  409: 'Conflict',
  412: 'Changed meanwhile',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Invalid input',
  426: 'Upgrade required',
  429: 'Too many attempts',
  431: 'Headers too large',
  500: 'Internal error',
  502: 'A part answered wrongly',
  503: 'Not available',
  504: 'Timed out',
  507: 'Disk full',
};

/** RFC 9457 document of an error; `status` overrides the one of its code. */
export function toProblem(error: CraneError, requestId: string, status?: number): Problem {
  const mapped = errorCodes[error.code];
  const { message, fix, errors } = error.facts;
  const shown = status ?? mapped.status;
  return {
    type: `/problems/${error.code.replaceAll(/[._]/g, '-')}`,
    title: titles[shown] ?? 'Failed',
    status: shown,
    detail: message,
    code: error.code,
    exitCode: mapped.exit,
    ...(fix === undefined ? {} : { fix }),
    ...(errors === undefined ? {} : { errors }),
    instance: `/requests/${requestId}`,
    requestId,
  };
}
