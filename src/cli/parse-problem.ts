import type { Problem, ProblemDetail } from './problem.ts';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Those of the named fields that are texts. */
function textsOf<K extends string>(fields: Fields, names: readonly K[]): Partial<Record<K, string>> {
  const texts: Partial<Record<K, string>> = {};
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string') texts[name] = value;
  }
  return texts;
}

function integerIn(fields: Fields, name: string, most: number): number | undefined {
  const value = fields[name];
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most
    ? value
    : undefined;
}

function detailsOf(value: unknown): ProblemDetail[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.filter(isFields).map((fields) => ({
    message: '',
    ...textsOf(fields, ['pointer', 'place', 'message', 'fix']),
  }));
}

/**
 * A problem document (RFC 9457) of a server, with what is not as it should be left out; null when it is none at all. By hand: every
 * command can meet one, and a schema library takes 40 ms to load.
 */
export function parseProblem(body: unknown): Problem | null {
  if (!isFields(body)) return null;
  const known = ['type', 'title', 'detail', 'code', 'fix', 'requestId'] as const;
  const { status: _status, exitCode: _exitCode, errors: _errors, ...further } = body;
  const [status, exitCode] = [integerIn(body, 'status', 999), integerIn(body, 'exitCode', 255)];
  const errors = detailsOf(body['errors']);
  return {
    ...Object.fromEntries(Object.entries(further).filter(([name]) => !known.some((each) => each === name))),
    ...textsOf(body, known),
    ...(status === undefined ? {} : { status }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(errors === undefined ? {} : { errors }),
  };
}
