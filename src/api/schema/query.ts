import { z } from 'zod';

/** `true` or `false` in a query string. */
export const queryFlag = z.preprocess(
  (value) => (value === 'true' ? true : value === 'false' ? false : value),
  z.boolean(),
);

/** A whole number in a query string. */
export function queryNumber(min: number, max: number) {
  return z.preprocess(
    (value) => (typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value),
    z.int().min(min).max(max),
  );
}

/** A name that is repeated in a query string: `?volume=a&volume=b`. */
export const queryNames = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(z.string().min(1).max(255)).max(100),
);

/** Paging: at most `limit` items from `cursor` on. */
export const pageQuery = {
  limit: queryNumber(1, 1000).default(50),
  cursor: z.string().max(200).exactOptional(),
};
