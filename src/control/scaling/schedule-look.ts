import { troubleAfter, type AppMemory } from '../app-memory.ts';
import type { ControlState } from '../control-state.ts';

/** Longer waits are left to the regular full look. */
const longestWaitMs = 3_600_000;

/** A back-off or a retry ends by itself: look again then. One timer for an app, however many reasons there are. */
export function scheduleLook(state: ControlState, appId: number, memory: AppMemory): void {
  memory.wakeTimer?.abort();
  memory.wakeTimer = null;
  const tick = state.deps.clock.monotonic();
  const times = [
    memory.plan?.wakeAt,
    memory.groundTrouble?.until,
    memory.lookTrouble?.until,
    ...[...memory.services.values()].map((service) => service.failure?.until),
  ];
  const waits = times
    .flatMap((at) => (at === null || at === undefined ? [] : [at - tick]))
    .filter((ms) => ms > 0 && ms < longestWaitMs);
  if (waits.length === 0) return;
  const timer = new AbortController();
  memory.wakeTimer = timer;
  const stop = AbortSignal.any([timer.signal, state.signal]);
  void state.deps.clock.wait(Math.min(...waits) + 1, stop).then(() => {
    if (!stop.aborted) state.nudge(appId);
  });
}

/** A look that failed (the engine is down) is taken again later each time, not in a hot loop. */
export function noteFailedLook(state: ControlState, appId: number, error: unknown): void {
  const memory = state.memories.get(appId);
  if (memory === undefined) return;
  memory.lookTrouble = troubleAfter(memory.lookTrouble, error, state.deps.clock.monotonic());
  const { count } = memory.lookTrouble;
  // Powers of two: an outage of hours is no flood of lines.
  if ((count & (count - 1)) === 0)
    state.deps.log.warn({ appId, err: error, failures: count }, 'an app could not be looked at');
  scheduleLook(state, appId, memory);
  state.changed.dispatchEvent(new Event(String(appId)));
}
