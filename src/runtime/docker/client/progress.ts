import { CraneError } from '../../../core/error/crane-error.ts';
import type { ErrorCode } from '../../../core/error/error-codes.ts';
import type { PullProgress } from '../../../core/port/runtime.ts';
import { progressLine, type ProgressLine } from './object-reply.ts';
import { parseValue } from './transport.ts';

/**
 * Progress lines of a pull, load or build. The engine has answered 200 by then, so failures come as lines: they are thrown, with
 * `code`.
 */
export async function* readProgress(
  lines: AsyncIterable<unknown>,
  what: string,
  code: ErrorCode = 'engine.failed',
): AsyncIterable<ProgressLine> {
  for await (const value of lines) {
    const line = parseValue(value, progressLine, what);
    const message = line.errorDetail?.message ?? '';
    if (message !== '' || line.error !== '')
      throw new CraneError(code, `${what}: ${(message === '' ? line.error : message).trim()}`);
    yield line;
  }
}

/** Null for lines that tell nothing of a layer or a status. */
export function toPullProgress(line: ProgressLine): PullProgress | null {
  if (line.status === '') return null;
  return {
    layer: line.id,
    status: line.status,
    doneBytes: line.progressDetail?.current ?? null,
    totalBytes: line.progressDetail?.total ?? null,
  };
}
