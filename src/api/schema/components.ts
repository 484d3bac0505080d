import { z } from 'zod';

/** Schemas that get a name in the OpenAPI document; an input schema's name gets the ending `Input`. */
export const components: z.core.$ZodRegistry<{ id: string }> = z.registry<{ id: string }>();

/** Names a schema for the OpenAPI document. */
export function named<T extends z.ZodType>(id: string, schema: T): T {
  components.add(schema, { id });
  return schema;
}

/** Milliseconds since the epoch. */
export const time: z.ZodInt = z.int();

/** Facts whose names depend on the kind of thing. */
export const facts: z.ZodRecord<z.ZodString, z.ZodUnknown> = z.record(z.string(), z.unknown());

/** A list that is given whole. */
export function listOf<T extends z.ZodType>(item: T): z.ZodObject<{ items: z.ZodReadonly<z.ZodArray<T>> }> {
  return z.object({ items: z.array(item).readonly() });
}

/** A list that is given in pages: pass `nextCursor` as `cursor` to get the next one; null = that was the last. */
export function pageOf<T extends z.ZodType>(
  item: T,
): z.ZodObject<{ items: z.ZodReadonly<z.ZodArray<T>>; nextCursor: z.ZodNullable<z.ZodString> }> {
  return z.object({ items: z.array(item).readonly(), nextCursor: z.string().nullable() });
}
