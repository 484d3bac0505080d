import { CraneError } from '../core/error/crane-error.ts';
import type { Page, Paged } from '../core/port/page.ts';

/** Rows before this position come next; null = from the newest. A cursor nobody gave out is `input.invalid`. */
export function positionOf(page: Page): number | null {
  if (page.cursor === null) return null;
  const text = Buffer.from(page.cursor, 'base64url').toString('utf8');
  const match = /^v1:(\d{1,15})$/.exec(text);
  if (match === null) {
    throw new CraneError('input.invalid', {
      message: 'the cursor is not one that was given out',
      fix: 'Use nextCursor of the previous page, or leave the cursor out.',
      errors: [{ pointer: '/cursor', message: 'unknown cursor' }],
    });
  }
  return Number(match[1]);
}

/** Cuts the one row too many that tells whether there is more; rows are newest first. */
export function toPaged<T>(rows: readonly { position: number; item: T }[], limit: number): Paged<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return {
    items: shown.map(({ item }) => item),
    nextCursor: hasMore ? Buffer.from(`v1:${last.position}`).toString('base64url') : null,
  };
}
