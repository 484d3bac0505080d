import { z } from 'zod';
import type { Scope } from '../core/port/store.ts';

/** 0 or 1. */
export const flagColumn = z.union([z.literal(0), z.literal(1)]).transform((value) => value === 1);

/** JSON text that holds `document`. */
export function jsonColumn<T>(document: z.ZodType<T>): z.ZodType<T> {
  return z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(document);
}

/** JSON text or NULL. */
export function nullableJsonColumn<T>(document: z.ZodType<T>): z.ZodType<T | null> {
  return jsonColumn(document).nullable();
}

/**
 * A large document that this store wrote itself and whose type is declared in core. Its fields are not checked again on
 * each read; a change of its shape needs a migration.
 */
export function ownDocument<T extends object>(): z.ZodType<T> {
  return z.custom<T>((value) => typeof value === 'object' && value !== null, 'is not a document');
}

export const anyRecord = z.record(z.string(), z.unknown());
export const textRecord = z.record(z.string(), z.string());

/** JSON text of `value`; NULL for null and undefined. */
export function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/** Parameter for `(:owner IS NULL OR owner_id = :owner)`: null sees everything. */
export function ownerOf(scope: Scope): number | null {
  return scope.kind === 'all' ? null : scope.userId;
}
