import { instanceLabel, type ObservedInstance } from '../../core/service/instance.ts';
import type { ControlState } from '../control-state.ts';

const lines = 20;
/** A log that cannot be read by then does not hold up the repair. */
const patienceMs = 2_000;

/** The last lines an instance wrote; fewer or none when they cannot be read. */
export async function readLastLines(state: ControlState, item: ObservedInstance): Promise<string[]> {
  const { runtime, clock } = state.deps;
  const enough = new AbortController();
  const signal = AbortSignal.any([enough.signal, state.signal]);
  void clock.wait(patienceMs, signal).then(() => enough.abort());
  const texts: string[] = [];
  try {
    const request = { follow: false, tail: lines, sinceMs: null };
    for await (const line of runtime.logs(item.id, instanceLabel(item), request, signal))
      texts.push(line.text.slice(0, 500));
  } catch {
    // It is gone, or the engine is: what was read has to do.
  } finally {
    enough.abort();
  }
  return texts;
}
