import { CraneError } from '../../core/error/crane-error.ts';
import type { ErrorCode } from '../../core/error/error-codes.ts';

/** The engine's refusals that are answers: what was asked for holds already. */
export async function accept(
  action: Promise<unknown>,
  isAnswer: (error: CraneError) => boolean,
): Promise<void> {
  try {
    await action;
  } catch (error) {
    if (!(error instanceof CraneError && isAnswer(error))) throw error;
  }
}

export function hasCode(error: unknown, code: ErrorCode): error is CraneError {
  return error instanceof CraneError && error.code === code;
}

/** Null when the engine does not know it. */
export async function orNull<T>(action: Promise<T>): Promise<T | null> {
  try {
    return await action;
  } catch (error) {
    if (hasCode(error, 'engine.not_found')) return null;
    throw error;
  }
}
