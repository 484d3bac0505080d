import type { LoadReport } from '../../src/core/load/load.ts';
import { createLoadGenerator } from '../../src/observe/load/create-load-generator.ts';
import { realClock } from './test-platform.ts';

/** Longest time that a load is held; a test that forgets to end it ends all the same. */
const mostMs = 600_000;

export type HeldLoad = { end(): Promise<LoadReport> };

/** Crane's own load generator, run beside Crane: GETs at a fixed rate over at most 64 kept-alive connections until `end`. */
export function holdLoad(url: string, ratePerSecond: number): HeldLoad {
  const target = new URL(url);
  const ending = new AbortController();
  const running = createLoadGenerator({ clock: realClock }).run(
    {
      url: `http://127.0.0.1:${target.port}/`,
      host: target.host,
      path: '/',
      method: 'GET',
      phases: [{ durationMs: mostMs, fromRate: ratePerSecond, toRate: ratePerSecond }],
      connections: 64,
      timeoutMs: 5_000,
    },
    () => {},
    ending.signal,
  );
  return {
    end: async () => {
      ending.abort();
      return running;
    },
  };
}
