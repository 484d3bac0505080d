import { toCraneError } from '../../core/error/crane-error.ts';
import type { AppUsage } from '../../core/usage/usage.ts';
import type { AppMemory } from '../app-memory.ts';
import type { ControlDeps } from '../control-deps.ts';
import { limitParallel } from '../limit-parallel.ts';
import { keepStream } from './keep-stream.ts';
import { createUsageBook, type UsageBook } from './usage-book.ts';

/** Each stream is a connection to the engine; more instances than that are not measured, and their readings say so. */
const mostStreams = 500;
/** A first sample comes with the engine's next round, so many are waited for together. */
const openingAtOnce = 64;

export type UsageWatch = {
  /** Keeps a stream for each of the app's running instances, as last observed, and for no others. */
  follow(appId: number): void;
  read(appId: number): AppUsage;
  /** Resolves when all streams have ended; they do with the state's signal. */
  ended(): Promise<void>;
};

type Followed = {
  book: UsageBook;
  streams: Map<string, AbortController>;
  /** Replacements that were counted; the app's memory tells each many times. */
  counted: WeakSet<object>;
};

/** What it needs of the loops' common state. */
type Watched = {
  deps: Pick<ControlDeps, 'clock' | 'log'> & { runtime: Pick<ControlDeps['runtime'], 'watchUsage'> };
  memories: ReadonlyMap<number, AppMemory>;
  signal: AbortSignal;
};

/** The usage of every running instance, from streams of the runtime that stay open. */
export function createUsageWatch(state: Watched, streamLimit = mostStreams): UsageWatch {
  const { runtime, clock } = state.deps;
  const apps = new Map<number, Followed>();
  const running = new Set<Promise<void>>();
  const limitOpening = limitParallel(openingAtOnce);
  const outage = createOutage(state);

  const open = ({ book, streams }: Followed, id: string): void => {
    const stop = new AbortController();
    streams.set(id, stop);
    const stream = keepStream({
      runtime,
      clock,
      id,
      limitOpening,
      signal: AbortSignal.any([stop.signal, state.signal]),
      onSample: (sample) => {
        outage.end(id);
        book.record(id, sample, clock.monotonic());
      },
      onBreak: (error) => {
        book.complain(id, error === null ? 'the runtime says that it does not run' : outage.begin(id, error));
      },
    });
    running.add(stream);
    void stream.finally(() => {
      running.delete(stream);
      outage.end(id);
    });
  };

  return {
    follow(appId) {
      const memory = state.memories.get(appId);
      const followed = apps.get(appId) ?? {
        book: createUsageBook(clock.now()),
        streams: new Map<string, AbortController>(),
        counted: new WeakSet<object>(),
      };
      if (memory === undefined) apps.delete(appId);
      else apps.set(appId, followed);
      const observed = memory?.observed ?? [];
      followed.book.see(observed);
      if (memory !== undefined) countReplacements(followed, memory);
      const wanted = new Set(observed.filter((item) => item.state === 'running').map(({ id }) => id));
      closeOthers(followed, wanted);
      for (const id of wanted) {
        if (followed.streams.has(id)) continue;
        if (countStreams(apps) < streamLimit) open(followed, id);
        else followed.book.complain(id, `more than ${streamLimit} instances run`);
      }
    },
    read: (appId) => apps.get(appId)?.book.read(clock.monotonic()) ?? { instances: [], services: [] },
    ended: async () => {
      await Promise.all(running);
    },
  };
}

function countStreams(apps: ReadonlyMap<number, Followed>): number {
  return [...apps.values()].reduce((sum, { streams }) => sum + streams.size, 0);
}

function closeOthers({ streams }: Followed, wanted: ReadonlySet<string>): void {
  for (const [id, stop] of streams) {
    if (wanted.has(id)) continue;
    stop.abort();
    streams.delete(id);
  }
}

function countReplacements({ book, counted }: Followed, memory: AppMemory): void {
  for (const [service, { changes }] of memory.services) {
    for (const change of changes) {
      if (change.change !== 'replaced' || counted.has(change)) continue;
      counted.add(change);
      book.countReplacement(service, change.instance);
    }
  }
}

/** Hundreds of streams break together when the engine goes: that is told once, and once that all are back. */
function createOutage({ deps, signal }: Pick<Watched, 'deps' | 'signal'>): {
  /** Gives the reason for people. */
  begin(id: string, error: unknown): string;
  end(id: string): void;
} {
  const broken = new Set<string>();
  return {
    begin(id, error) {
      if (broken.size === 0) deps.log.warn({ id, err: error }, 'usage of instances cannot be read');
      broken.add(id);
      return toCraneError(error).message;
    },
    end(id) {
      if (broken.delete(id) && broken.size === 0 && !signal.aborted)
        deps.log.info({}, 'usage of instances can be read again');
    },
  };
}
