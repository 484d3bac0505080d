import type { ErrorCode } from './error-codes.ts';

/** Where one input was wrong: a JSON pointer (`/services/web/ports/0`), and for compose files `file:line:column`. */
export type ErrorDetail = { pointer?: string; place?: string; message: string; fix?: string };

export type ErrorFacts = {
  /** One sentence for a person: which rule broke, what was seen, what was wanted. Never a secret. */
  message: string;
  /** What to do about it, as an imperative sentence. */
  fix?: string;
  errors?: readonly ErrorDetail[];
  /** Seconds after which the same request may succeed. */
  retryAfterSeconds?: number;
};

/** The one error type that crosses rooms. `code` decides the HTTP status and the exit code (see error-codes.ts). */
export class CraneError extends Error {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;

  constructor(code: ErrorCode, facts: ErrorFacts | string, options?: { cause?: unknown }) {
    const details = typeof facts === 'string' ? { message: facts } : facts;
    super(details.message, options);
    this.name = 'CraneError';
    this.code = code;
    this.facts = details;
  }
}

/** Unknown things thrown at us become `internal`; their text goes to the log only, never to a person. */
export function toCraneError(thrown: unknown): CraneError {
  if (thrown instanceof CraneError) return thrown;
  return new CraneError(
    'internal',
    { message: 'Something went wrong inside Crane.', fix: 'Look up the request id in the log.' },
    { cause: thrown },
  );
}
