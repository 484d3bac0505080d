import { durationMs } from '../compose/duration.ts';

const dayMs = 86_400_000;

/**
 * After how long a `pull_policy` wants to look into the registry again, milliseconds: `daily`, `weekly`, `every_1d12h`, or
 * `refresh` with `after`, its `pull_refresh_after`. Null: never by itself.
 */
export function pullIntervalMs(policy: string | undefined, after?: string): number | null {
  if (policy === 'refresh') return after === undefined ? null : durationMs(after);
  if (policy === 'daily') return dayMs;
  if (policy === 'weekly') return 7 * dayMs;
  return policy?.startsWith('every_') === true ? durationMs(policy.slice('every_'.length)) : null;
}

/** Whether that time has come. Of an image that was never pulled it is not known how old it is. A clock that was put back does not count. */
export function isPullDue({
  policy,
  after,
  lastAt,
  now,
}: {
  policy: string | undefined;
  after?: string | undefined;
  lastAt: number | null;
  now: number;
}): boolean {
  const intervalMs = pullIntervalMs(policy, after);
  if (intervalMs === null) return false;
  return lastAt === null || lastAt > now || now - lastAt >= intervalMs;
}
