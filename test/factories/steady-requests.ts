import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { askApp } from './ask-app.ts';

export type SteadyRequests = {
  /** Hosts that answered so far. */
  instances: ReadonlySet<string>;
  /** Sends no more, waits for the last answers, and says what became of all. */
  stop(): Promise<{ sent: number; lost: string[] }>;
};

const tickMs = 10;
/** A test that forgets to stop ends all the same. */
const mostMs = 120_000;

/**
 * Load from outside of Crane, which goes on while Crane is killed: GETs at a fixed pace that do not wait for each other. A request is
 * lost when it gets no answer, or one of 500 and above.
 */
export function sendSteadily(url: string, ratePerSecond: number): SteadyRequests {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const stopped = new AbortController();
  const instances = new Set<string>();
  const lost: string[] = [];
  const open = new Set<Promise<void>>();
  const began = performance.now();
  let sent = 0;

  async function send(): Promise<void> {
    const at = `+${Math.round(performance.now() - began)} ms`;
    try {
      const { status, instance } = await askApp(url, { agent });
      if (status >= 500) lost.push(`${at} status ${status}`);
      else if (instance !== null) instances.add(instance);
    } catch (error) {
      lost.push(`${at} ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async function run(): Promise<void> {
    while (!stopped.signal.aborted && performance.now() - began < mostMs) {
      const due = Math.floor(((performance.now() - began) * ratePerSecond) / 1000);
      for (; sent < due; sent += 1) {
        const request = send();
        open.add(request);
        void request.finally(() => open.delete(request));
      }
      await pause(tickMs, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
    await Promise.all(open);
    agent.destroy();
  }

  const running = run();
  return {
    instances,
    async stop() {
      stopped.abort();
      await running;
      return { sent, lost };
    },
  };
}
