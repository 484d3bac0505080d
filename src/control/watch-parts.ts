import type { PartStatus } from '../core/port/parts.ts';
import type { ControlState } from './control-state.ts';

const everyMs = 5_000;

/** Tells when a part goes or comes back, once each, with what Crane does about it. */
export async function watchParts(state: ControlState): Promise<void> {
  const { parts, clock, log, store } = state.deps;
  const last = new Map<PartStatus['name'], PartStatus['state']>();
  while (!state.signal.aborted) {
    try {
      for (const part of await parts.observe(state.signal)) {
        const before = last.get(part.name);
        last.set(part.name, part.state);
        if (before === part.state) continue;
        if (part.state === 'ok')
          store.feed.append({
            at: clock.now(),
            kind: 'part.up',
            appId: null,
            app: null,
            text: `${part.name}${part.version === null ? '' : ` ${part.version}`} is up`,
            data: { part: part.name, version: part.version },
          });
        else if (part.state === 'down' || part.state === 'degraded') {
          const text = [`${part.name} is ${part.state}`, part.reason, part.consequence]
            .filter((item) => item !== null)
            .join('; ');
          store.feed.append({
            at: clock.now(),
            kind: 'part.down',
            appId: null,
            app: null,
            text,
            data: { part: part.name },
          });
          log.warn({ part: part.name, state: part.state, reason: part.reason }, 'part is not well');
        }
      }
    } catch (error) {
      if (!state.signal.aborted) log.warn({ err: error }, 'parts could not be looked at');
    }
    await clock.wait(everyMs, state.signal);
  }
}
