import { planHistory, seriesNames, type History } from '../core/history/history.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';

/** What was measured of an app in the last minutes; gaps are null. Throws `part.unavailable`. */
export async function readHistory(
  deps: ActionDeps,
  actor: Actor,
  input: { app: string; minutes: number },
  signal?: AbortSignal,
): Promise<History> {
  const app = findApp(deps, actor, input.app);
  const plan = planHistory({ now: deps.clock.now(), minutes: input.minutes });
  return deps.history.read({ app: app.engineName, names: seriesNames, plan }, signal);
}
