import { scaleSettings } from '../../core/compose/scale-settings.ts';
import { toCraneError } from '../../core/error/crane-error.ts';
import type { ObservedInstance } from '../../core/service/instance.ts';
import type { AppUsage } from '../../core/usage/usage.ts';
import type { AppMemory } from '../app-memory.ts';
import type { ControlDeps } from '../control-deps.ts';
import { limitParallel } from '../limit-parallel.ts';
import { keepStream } from './keep-stream.ts';
import { createUsageBook, type UsageBook } from './usage-book.ts';

/** Each stream is a connection to the engine; more instances than that are not measured, and their readings say so. */
const mostStreams = 500;
/**
 * Measuring costs the engine three thousandths of a core for each sample a second, so every second only what is scaled by it or
 * looked at is measured.
 */
const pace = { quickMs: 1_000, slowMs: 10_000, attendedMs: 15_000 };
/** A first sample comes with the engine's next round, so many are waited for together. */
const openingAtOnce = 64;

export type UsageWatch = {
  /** Keeps a stream for each of the app's running instances, as last observed, and for no others. */
  follow(appId: number): void;
  /** Measures the app every second for a while. */
  attend(appId: number): void;
  read(appId: number): AppUsage;
  /** Resolves when all streams have ended; they do with the state's signal. */
  ended(): Promise<void>;
};

type Followed = {
  book: UsageBook;
  streams: Map<string, { stop: AbortController; everyMs: number }>;
  /** Tick until which somebody looks. */
  attendedUntil: number;
  /** Services of the present release that are scaled by their usage. */
  scaled: { release: number | null; services: ReadonlySet<string> };
  /** Replacements that were counted; the app's memory tells each many times. */
  counted: WeakSet<object>;
};

/** What it needs of the loops' common state. */
type Watched = {
  deps: Pick<ControlDeps, 'clock' | 'log'> & {
    runtime: Pick<ControlDeps['runtime'], 'watchUsage'>;
    store: {
      apps: Pick<ControlDeps['store']['apps'], 'find'>;
      releases: Pick<ControlDeps['store']['releases'], 'find'>;
    };
  };
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

  const open = ({ book, streams }: Followed, id: string, everyMs: number): void => {
    const stop = new AbortController();
    streams.set(id, { stop, everyMs });
    const stream = keepStream({
      runtime,
      clock,
      id,
      everyMs,
      limitOpening,
      signal: AbortSignal.any([stop.signal, state.signal]),
      onSample: (sample) => {
        outage.end(id);
        book.record(id, sample, { tick: clock.monotonic(), everyMs });
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

  const follow = (appId: number): void => {
    const memory = state.memories.get(appId);
    const followed = apps.get(appId) ?? createFollowed(clock.now());
    if (memory === undefined) apps.delete(appId);
    else apps.set(appId, followed);
    const observed = memory?.observed ?? [];
    followed.book.see(observed);
    if (memory !== undefined) countReplacements(followed, memory);
    const wanted = desirePaces(state, appId, followed, observed);
    closeOthers(followed, wanted);
    for (const [id, everyMs] of wanted) {
      if (followed.streams.has(id)) continue;
      if (countStreams(apps) < streamLimit) open(followed, id, everyMs);
      else followed.book.complain(id, `more than ${streamLimit} instances run`);
    }
  };

  return {
    follow,
    attend(appId) {
      const followed = apps.get(appId);
      if (followed === undefined) return;
      const wasAttended = followed.attendedUntil >= clock.monotonic();
      followed.attendedUntil = clock.monotonic() + pace.attendedMs;
      if (wasAttended) return;
      follow(appId);
      void calmDown(state, followed).then(() => {
        if (!state.signal.aborted && apps.get(appId) === followed) follow(appId);
      });
    },
    read: (appId) => apps.get(appId)?.book.read(clock.monotonic()) ?? { instances: [], services: [] },
    ended: async () => {
      await Promise.all(running);
    },
  };
}

/** Resolves when nobody looks any more. */
async function calmDown({ deps: { clock }, signal }: Watched, followed: Followed): Promise<void> {
  for (;;) {
    const left = followed.attendedUntil - clock.monotonic();
    if (left < 0 || signal.aborted) return;
    await clock.wait(left + 1, signal);
  }
}

function countStreams(apps: ReadonlyMap<number, Followed>): number {
  return [...apps.values()].reduce((sum, { streams }) => sum + streams.size, 0);
}

function createFollowed(now: number): Followed {
  return {
    book: createUsageBook(now),
    streams: new Map(),
    attendedUntil: Number.NEGATIVE_INFINITY,
    scaled: { release: null, services: new Set() },
    counted: new WeakSet(),
  };
}

/** How often each running instance is to be measured. */
function desirePaces(
  { deps: { store, clock } }: Watched,
  appId: number,
  followed: Followed,
  observed: readonly ObservedInstance[],
): Map<string, number> {
  const release = store.apps.find({ kind: 'all' }, appId)?.releaseNumber ?? null;
  if (followed.scaled.release !== release)
    followed.scaled = { release, services: findScaledByUsage(store, appId, release) };
  const isAttended = followed.attendedUntil >= clock.monotonic();
  return new Map(
    observed
      .filter((item) => item.state === 'running')
      .map((item) => {
        const isQuick = isAttended || followed.scaled.services.has(item.service);
        return [item.id, isQuick ? pace.quickMs : pace.slowMs];
      }),
  );
}

function findScaledByUsage(
  store: Watched['deps']['store'],
  appId: number,
  release: number | null,
): ReadonlySet<string> {
  const project = release === null ? null : store.releases.find(appId, release)?.project;
  const scaled = Object.entries(project?.services ?? {}).filter(([, spec]) => {
    const { targets } = scaleSettings(spec);
    return targets.cpuPercent !== undefined || targets.memoryPercent !== undefined;
  });
  return new Set(scaled.map(([service]) => service));
}

/** Also those of another pace, which are opened anew. */
function closeOthers({ streams }: Followed, wanted: ReadonlyMap<string, number>): void {
  for (const [id, { stop, everyMs }] of streams) {
    if (wanted.get(id) === everyMs) continue;
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
