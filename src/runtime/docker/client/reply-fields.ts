import { z } from 'zod';

/**
 * Fields of the engine's answers. The engine leaves out or nulls what is empty, so these read absent, null and empty alike;
 * all else in an answer is ignored.
 */
export const optionalText = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
export const optionalNumber = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);
export const optionalFlag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
export const textList = z
  .array(z.string())
  .nullish()
  .transform((value): readonly string[] => value ?? []);
export const textMap = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value): Readonly<Record<string, string>> => value ?? {});

/** RFC 3339 time in milliseconds since the epoch; the engine's zero time (`0001-01-01…`) means never. */
export const optionalTime = z
  .string()
  .nullish()
  .transform((value): number | null => parseTime(value ?? ''));

export function parseTime(text: string): number | null {
  const at = Date.parse(text);
  return Number.isNaN(at) || at <= 0 ? null : at;
}

/** A map whose values are objects; an absent or null map is empty. */
export function mapOf<T>(value: z.ZodType<T>): z.ZodType<Readonly<Record<string, T>>> {
  return z
    .record(z.string(), value)
    .nullish()
    .transform((map): Readonly<Record<string, T>> => map ?? {});
}

export function listOf<T>(value: z.ZodType<T>): z.ZodType<readonly T[]> {
  return z
    .array(value)
    .nullish()
    .transform((list): readonly T[] => list ?? []);
}
