import type { ComposeService } from '../compose/compose-project.ts';
import { durationNs } from '../compose/duration.ts';
import type { EngineHealthcheck } from './engine-create.ts';

/** A compose health check as the engine wants it: durations in nanoseconds, `disable` as the test `NONE`. */
export function renderHealthcheck(check: NonNullable<ComposeService['healthcheck']>): EngineHealthcheck {
  if (check.disable === true) return { Test: ['NONE'] };
  const rendered: EngineHealthcheck = {};
  if (check.test !== undefined) rendered.Test = [...check.test];
  if (check.interval !== undefined) rendered.Interval = durationNs(check.interval);
  if (check.timeout !== undefined) rendered.Timeout = durationNs(check.timeout);
  if (check.start_period !== undefined) rendered.StartPeriod = durationNs(check.start_period);
  if (check.start_interval !== undefined) rendered.StartInterval = durationNs(check.start_interval);
  if (check.retries !== undefined) rendered.Retries = check.retries;
  return rendered;
}
