import type { ScaleSettings } from '../compose/scale-settings.ts';
import { canSleep } from './idle.ts';
import { nextScheduleChange, openWindow, type OpenWindow, type ScalingSchedule } from './schedule.ts';

/** A number of replicas that a person set for a while. */
export type Override = {
  replicas: number;
  /** Null = until a person ends it. */
  until: number | null;
  by: string;
  /** What was wanted when the first of them was set. */
  previous: number;
};

/** What people set of a service beside its release; deployments leave it alone. */
export type ScalingControl = {
  appId: number;
  service: string;
  /** Null = as the release says. */
  mode: ScalingMode | null;
  modeBy: string | null;
  override: Override | null;
};

/** What holds for a service at one moment, and what it comes from. */
export type Steering = {
  mode: ScalingMode;
  /** The person who set the mode; null = the release. */
  modeBy: string | null;
  override: Override | null;
  window: OpenWindow | null;
  /** Of the open window, else of the release. */
  min: number;
  max: number;
  /** When this changes by itself; null = never. */
  changesAt: number | null;
};

/** The release's settings, and over them a person's mode, the open window's bounds, and an override that is not over. Pure. */
export function steer({
  scale,
  control,
  schedules,
  now,
}: {
  scale: Pick<ScaleSettings, 'mode' | 'min' | 'max'>;
  control: Pick<ScalingControl, 'mode' | 'modeBy' | 'override'> | null;
  schedules: readonly ScalingSchedule[];
  now: number;
}): Steering {
  const window = openWindow(schedules, now);
  const override = control?.override ?? null;
  const isOver = override?.until != null && override.until <= now;
  const held = isOver ? null : override;
  const changes = [held?.until ?? null, nextScheduleChange(schedules, now)].filter((at) => at !== null);
  return {
    mode: control?.mode ?? scale.mode,
    modeBy: control?.mode == null ? null : control.modeBy,
    override: held,
    window,
    min: window?.min ?? scale.min,
    max: window?.max ?? scale.max,
    changesAt: changes.length === 0 ? null : Math.min(...changes),
  };
}

/** Whether the regular evaluation has anything to say: a signal and room to move, or windows that move the bounds. */
export function isSteered(
  { targets, min, max }: Pick<ScaleSettings, 'targets' | 'min' | 'max'>,
  scheduleCount: number,
): boolean {
  return (Object.keys(targets).length > 0 && min !== max) || canSleep({ min, max }) || scheduleCount > 0;
}

/** `schedule 3 "0 8 * * 1-5" Europe/Vienna` */
export function describeWindow({ id, cron, timeZone }: Pick<OpenWindow, 'id' | 'cron' | 'timeZone'>): string {
  return `schedule ${id} "${cron}" ${timeZone}`;
}

/** `held at 5 by ada until 16:30:00Z` */
export function describeOverride({ replicas, by, until }: Override): string {
  const end = until === null ? 'until ended' : `until ${new Date(until).toISOString().slice(0, 19)}Z`;
  return `held at ${replicas} by ${by} ${end}`;
}

/** `auto` acts; `dry-run` decides and does not act; `paused` holds. */
export const scalingModes = ['auto', 'dry-run', 'paused'] as const;
export type ScalingMode = (typeof scalingModes)[number];
