import { Cron } from 'croner';
import { CraneError } from '../error/crane-error.ts';

/** Other bounds for a service while a window is open: it opens by a cron expression and stays open for a while. */
export type ScalingSchedule = {
  id: number;
  appId: number;
  service: string;
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  cron: string;
  /** IANA name; the expression is read on that place's clock. */
  timeZone: string;
  /** Elapsed time, so a window over a change of clocks is as long as any other. */
  durationMs: number;
  min: number;
  max: number;
  createdBy: string;
  createdAt: number;
};

/** The window that sets the bounds at a moment. */
export type OpenWindow = Pick<ScalingSchedule, 'id' | 'cron' | 'timeZone' | 'min' | 'max'> & {
  since: number;
  until: number;
};

export const longestWindowMs = 31 * 86_400_000;

/**
 * The window that is open at `now`: of several the one that opened last, of those the newest schedule. A time that the
 * clock skips in spring opens when the clock goes on; one that comes twice in autumn opens the first time.
 */
export function openWindow(schedules: readonly ScalingSchedule[], now: number): OpenWindow | null {
  const open = schedules.flatMap(({ id, cron, timeZone, durationMs, min, max }) => {
    const since = lastOpening({ cron, timeZone, durationMs }, now);
    return since === null ? [] : [{ id, cron, timeZone, min, max, since, until: since + durationMs }];
  });
  return open.toSorted((a, b) => b.since - a.since || b.id - a.id)[0] ?? null;
}

/** When it opens next after `now`; null = never. */
export function nextOpening(schedule: ScalingSchedule, now: number): number | null {
  return parse(schedule).nextRun(new Date(now))?.getTime() ?? null;
}

/** When the bounds may change next by these schedules; null = never. */
export function nextScheduleChange(schedules: readonly ScalingSchedule[], now: number): number | null {
  const times = schedules.flatMap((schedule) => {
    const opens = nextOpening(schedule, now);
    const since = lastOpening(schedule, now);
    return [...(opens === null ? [] : [opens]), ...(since === null ? [] : [since + schedule.durationMs])];
  });
  return times.length === 0 ? null : Math.min(...times);
}

/** The newest opening whose window is still open at `now`. */
function lastOpening(
  schedule: Pick<ScalingSchedule, 'cron' | 'timeZone' | 'durationMs'>,
  now: number,
): number | null {
  // Openings count by the second; one at this very moment is an opening.
  const [last] = parse(schedule).previousRuns(1, new Date(Math.floor(now / 1000) * 1000 + 1000));
  if (last === undefined) return null;
  const since = last.getTime();
  return since <= now && now < since + schedule.durationMs ? since : null;
}

const parsed = new Map<string, Cron>();
const mostParsed = 1_000;

function parse({ cron, timeZone }: Pick<ScalingSchedule, 'cron' | 'timeZone'>): Cron {
  const key = `${timeZone} ${cron}`;
  const known = parsed.get(key);
  if (known !== undefined) return known;
  if (parsed.size >= mostParsed) parsed.clear();
  const fresh = new Cron(cron, { timezone: timeZone, mode: '5-part', paused: true });
  parsed.set(key, fresh);
  return fresh;
}

/** Throws `input.invalid` with a pointer to each member that cannot be used. `now` is only for "it never opens". */
export function checkSchedule(
  schedule: Pick<ScalingSchedule, 'cron' | 'timeZone' | 'durationMs' | 'min' | 'max'>,
  now: number,
): void {
  const { timeZone, durationMs, min, max } = schedule;
  const errors = [
    ...(isTimeZone(timeZone)
      ? cronErrors(schedule, now)
      : [
          {
            pointer: '/timeZone',
            message: `must be the name of a time zone such as Europe/Vienna or UTC (saw ${quoted(timeZone)})`,
          },
        ]),
    ...(durationMs >= 60_000 && durationMs <= longestWindowMs
      ? []
      : [{ pointer: '/durationMs', message: `must be one minute to 31 days (saw ${durationMs} ms)` }]),
    ...(max >= min
      ? []
      : [{ pointer: '/max', message: `must not be below min (saw ${max}, min is ${min})` }]),
  ];
  const [first] = errors;
  if (first === undefined) return;
  throw new CraneError('input.invalid', {
    message: `The schedule cannot be used: ${first.pointer.slice(1)} ${first.message}`,
    fix: 'Write five fields, as in "0 8 * * 1-5" for 8:00 on working days.',
    errors,
  });
}

function cronErrors(
  schedule: Pick<ScalingSchedule, 'cron' | 'timeZone'>,
  now: number,
): { pointer: string; message: string }[] {
  const pointer = '/cron';
  if (schedule.cron.trim().split(/\s+/).length !== 5)
    return [{ pointer, message: `must have five fields (saw ${quoted(schedule.cron)})` }];
  try {
    const next = parse(schedule).nextRun(new Date(now));
    return next === null ? [{ pointer, message: `never comes (saw ${quoted(schedule.cron)})` }] : [];
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : 'it cannot be read';
    return [{ pointer, message: `is not a cron expression (saw ${quoted(schedule.cron)}): ${why}` }];
  }
}

function isTimeZone(name: string): boolean {
  // An offset such as +02:00 knows nothing of summer time.
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
