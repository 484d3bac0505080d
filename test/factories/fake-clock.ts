import assert from 'node:assert/strict';
import type { Clock } from '../../src/core/port/clock.ts';

/** A clock that a test moves: nothing sleeps, and the same test always sees the same order of events. */
export type FakeClock = Clock & {
  /** Lets everything happen that can happen without time passing. */
  settle(): Promise<void>;
  /** Lets so many milliseconds pass, timer by timer. */
  advance(ms: number): Promise<void>;
  /** Lets time pass until it is so; fails after `withinMs` of this clock's time. */
  until(what: string, isSo: () => boolean, withinMs?: number): Promise<void>;
  /** The wall clock is set, as a person or a time server does; the monotonic one goes on. */
  jump(ms: number): void;
  /** A clock of one life: its timers end with it. */
  mortal(): { clock: Clock; kill(): void };
  /** Timers that are waited for. */
  waiting(): number;
};

type Timer = { at: number; end: () => void; life: symbol | null };

export function createFakeClock(start = 1_700_000_000_000): FakeClock {
  const timers = new Set<Timer>();
  let tick = 0;
  let wall = start;

  const waitFor =
    (life: symbol | null): Clock['wait'] =>
    (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const end = (): void => {
          timers.delete(timer);
          signal?.removeEventListener('abort', end);
          resolve();
        };
        const timer: Timer = { at: tick + Math.max(0, ms), end, life };
        timers.add(timer);
        signal?.addEventListener('abort', end, { once: true });
      });
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const next = (): number => {
    let at = Infinity;
    for (const timer of timers) at = Math.min(at, timer.at);
    return at;
  };
  const moveTo = async (at: number): Promise<void> => {
    wall += at - tick;
    tick = at;
    const due = [...timers].filter((timer) => timer.at <= at);
    for (const timer of due) timer.end();
    await settle();
  };
  return {
    now: () => Math.floor(wall),
    monotonic: () => tick,
    wait: waitFor(null),
    settle,
    advance: async (ms) => {
      const end = tick + ms;
      await settle();
      while (next() <= end) await moveTo(next());
      await moveTo(end);
    },
    until: async (what, isSo, withinMs = 60_000) => {
      const end = tick + withinMs;
      await settle();
      while (!isSo()) {
        assert.ok(next() <= end, `not within ${withinMs / 1000} s: ${what}`);
        await moveTo(next());
      }
    },
    jump: (ms) => {
      wall += ms;
    },
    mortal: () => {
      const life = Symbol('life');
      return {
        clock: { now: () => Math.floor(wall), monotonic: () => tick, wait: waitFor(life) },
        kill: () => {
          for (const timer of timers) if (timer.life === life) timers.delete(timer);
        },
      };
    },
    waiting: () => timers.size,
  };
}
