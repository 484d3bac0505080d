import { z } from 'zod';
import type { Scope } from '../core/port/scope.ts';

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

/** SQL: whether a row about this app, of this owner, is within the scope that `scopeParameters` binds. */
export function inScope(app: string, owner: string): string {
  return `((:owner IS NULL OR ${owner} = :owner
      OR (:isMember = 1 AND ${app} IN (SELECT app_id FROM shared_apps WHERE user_id = :owner)))
    AND (:only IS NULL OR ${app} IN (SELECT value FROM json_each(:only))))`;
}

/** Parameters of `inScope`. */
export function scopeParameters(scope: Scope): {
  owner: number | null;
  isMember: number;
  only: string | null;
} {
  return {
    owner: scope.kind === 'all' ? null : scope.userId,
    isMember: Number(scope.kind === 'member'),
    only: scope.only === undefined ? null : JSON.stringify(scope.only),
  };
}
