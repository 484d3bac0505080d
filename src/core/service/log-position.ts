import type { LogLine } from '../port/runtime.ts';

/** How far an instance's log was read: the time of the last line, and how many lines of just that time. */
export type LogPosition = { at: number; count: number };

/** The position after one more line; lines without a time do not move it. */
export function advance(position: LogPosition | null, { at }: Pick<LogLine, 'at'>): LogPosition | null {
  if (at === null || (position !== null && at < position.at)) return position;
  return position !== null && at === position.at ? { at, count: position.count + 1 } : { at, count: 1 };
}

/** Leaves out of what is read again from `position.at` on the lines that were read before. */
export async function* skipRead(
  lines: AsyncIterable<LogLine>,
  position: LogPosition | null,
): AsyncIterable<LogLine> {
  let left = position?.count ?? 0;
  for await (const line of lines) {
    if (position !== null && line.at !== null && line.at < position.at) continue;
    if (left > 0 && line.at === position?.at) left -= 1;
    else yield line;
  }
}

/** `web-1-1@1795536315624+2`: instance, position. */
export function parseLogPosition(text: string): { instance: string; position: LogPosition } | null {
  const match = /^([A-Za-z0-9._-]{1,300})@(\d{1,15})\+(\d{1,9})$/.exec(text);
  const [, instance, at, count] = match ?? [];
  if (instance === undefined) return null;
  return { instance, position: { at: Number(at), count: Number(count) } };
}
