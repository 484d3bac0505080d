import type { Runtime } from '../../core/port/runtime.ts';
import type { UsageSample } from '../../core/usage/usage.ts';
import { closableStream } from '../docker/client/closable-stream.ts';
import { isOwn } from '../docker/docker-labels.ts';
import { unreachable, type MemoryContainer, type MemoryEngine } from './memory-engine.ts';

export type UsageControls = {
  /** What this instance, by id or name, uses from now on. Counters grow as much as is said here a second. */
  set(instance: string, usage: Partial<MemoryUsage>): void;
  /** Open connections to this instance from now on; null = they cannot be counted. */
  connect(id: string, connections: number | null): void;
  /** Streams of samples that are open now. */
  openStreams(): number;
};

export type MemoryUsage = {
  /** Cores it keeps busy. */
  cpuCores: number;
  memoryBytes: number;
  receivedBytesPerSecond: number;
  sentBytesPerSecond: number;
};

const idle: MemoryUsage = {
  cpuCores: 0,
  memoryBytes: 8 * 1024 ** 2,
  receivedBytesPerSecond: 0,
  sentBytesPerSecond: 0,
};

/** What was counted up to a change of use. */
type Counted = {
  run: number;
  at: number;
  use: MemoryUsage;
  cpuSeconds: number;
  receivedBytes: number;
  sentBytes: number;
};

/** Usage in the model: counters begin at zero with each start, and grow by what a test sets. */
export function createMemoryUsage(
  engine: MemoryEngine,
  installation: string,
): Pick<Runtime, 'watchUsage' | 'countConnections'> & { controls: UsageControls } {
  const connections = new Map<string, number | null>();
  const counters = new Map<string, Counted>();
  let open = 0;

  const count = (container: MemoryContainer): Counted => {
    const known = counters.get(container.id);
    const at = engine.clock.now();
    const isSameRun = known !== undefined && known.run === container.run;
    const from = isSameRun
      ? known
      : { ...(known ?? { use: idle }), ...none, at: container.startedAt ?? at, run: container.run };
    const seconds = (at - from.at) / 1000;
    const now = {
      run: container.run,
      at,
      use: from.use,
      cpuSeconds: from.cpuSeconds + seconds * from.use.cpuCores,
      receivedBytes: from.receivedBytes + seconds * from.use.receivedBytesPerSecond,
      sentBytes: from.sentBytes + seconds * from.use.sentBytesPerSecond,
    };
    counters.set(container.id, now);
    return now;
  };

  async function* watch(id: string, everyMs: number, stop: AbortSignal): AsyncIterable<UsageSample> {
    const running = (): MemoryContainer | null => {
      if (engine.isDown) throw unreachable('watchUsage');
      const container = engine.containers.get(id);
      return container?.state === 'running' && isOwn(container.labels, installation) ? container : null;
    };
    for (let container = running(); container !== null && !stop.aborted; container = running()) {
      yield toSample(container, count(container));
      const due = engine.clock.monotonic() + everyMs;
      while (running() !== null && !stop.aborted && engine.clock.monotonic() < due)
        await untilWokenOr(engine, due - engine.clock.monotonic(), stop);
    }
  }

  return {
    watchUsage: (id, { everyMs }, signal) =>
      closableStream(signal, async function* (stop): AsyncIterable<UsageSample> {
        open += 1;
        try {
          yield* watch(id, everyMs, stop);
        } finally {
          open -= 1;
        }
      }),
    countConnections: async (id) => {
      if (engine.isDown) throw unreachable('countConnections');
      const container = engine.containers.get(id);
      if (container?.state !== 'running' || !isOwn(container.labels, installation)) return 0;
      const known = connections.get(id);
      return known === undefined ? 0 : known;
    },
    controls: {
      set(instance, usage) {
        const container = [...engine.containers.values()].find(
          ({ id, name }) => id === instance || name === instance,
        );
        if (container === undefined) throw new Error(`there is no container ${instance}`);
        const counted = count(container);
        counters.set(container.id, { ...counted, use: { ...counted.use, ...usage } });
      },
      connect: (id, count) => void connections.set(id, count),
      openStreams: () => open,
    },
  };
}

const none = { cpuSeconds: 0, receivedBytes: 0, sentBytes: 0 };

function toSample({ create }: MemoryContainer, counted: Counted): UsageSample {
  const { NanoCpus = 0, Memory = 0 } = create.HostConfig;
  return {
    at: counted.at,
    cpuSeconds: counted.cpuSeconds,
    cpuThrottledSeconds: 0,
    cpuLimitCores: NanoCpus > 0 ? NanoCpus / 1e9 : null,
    memoryBytes: counted.use.memoryBytes,
    memoryLimitBytes: Memory > 0 ? Memory : null,
    receivedBytes: counted.receivedBytes,
    sentBytes: counted.sentBytes,
    readBytes: 0,
    writtenBytes: 0,
    pids: 1,
  };
}

/** Waits `ms`, or until something happens in the engine: an instance may have stopped. */
async function untilWokenOr(engine: MemoryEngine, ms: number, stop: AbortSignal): Promise<void> {
  const woken = new AbortController();
  const wake = (): void => woken.abort();
  engine.wakers.add(wake);
  try {
    await engine.clock.wait(ms, AbortSignal.any([stop, woken.signal]));
  } finally {
    engine.wakers.delete(wake);
  }
}
