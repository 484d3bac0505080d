import type { AppUsage } from '../core/usage/usage.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';

/** What an app's instances use, at `at`. */
export type UsageReport = AppUsage & { at: number };

const everyMs = 1_000;

/** As last measured, by service, release and slot. */
export function describeUsage(deps: ActionDeps, actor: Actor, input: { app: string }): UsageReport {
  const app = findApp(deps, actor, input.app);
  const { instances, services } = deps.observed.usage(app.id);
  return {
    at: deps.clock.now(),
    instances: [...instances].sort(
      (a, b) => compare(a.service, b.service) || a.release - b.release || a.slot - b.slot,
    ),
    services: [...services].sort((a, b) => compare(a.service, b.service)),
  };
}

/** A report a second until `signal` aborts or the app is gone. */
export async function* followUsage(
  deps: ActionDeps,
  actor: Actor,
  input: { app: string },
  signal: AbortSignal,
): AsyncIterable<UsageReport> {
  const { id } = findApp(deps, actor, input.app);
  while (!signal.aborted && deps.store.apps.find({ kind: 'all' }, id) !== null) {
    deps.observed.attendUsage(id);
    yield describeUsage(deps, actor, { app: String(id) });
    await deps.clock.wait(everyMs, signal);
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
