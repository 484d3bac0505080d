import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../core/port/clock.ts';
import type { Runtime } from '../../core/port/runtime.ts';
import type { ObservedInstance } from '../../core/service/instance.ts';
import type { UsageReading, UsageSample } from '../../core/usage/usage.ts';
import { someInstance, someUsage } from '../../../test/factories/core-values.ts';
import { tempStore, twoUsers } from '../../../test/factories/temp-store.ts';
import { recordingLog } from '../../../test/factories/test-api.ts';
import { checkCompose } from '../../actions/plan-deployment.ts';
import { createAppMemory, recordChange, type AppMemory } from '../app-memory.ts';
import { createUsageWatch, type UsageWatch } from './watch-usage.ts';

/** Streams that a test feeds, ends and breaks. */
type Feed = {
  opened: string[];
  open: Set<string>;
  paces: Map<string, number>;
  give(id: string, sample?: Partial<UsageSample>): void;
  /** With an error the stream breaks, without one it ends. */
  end(id: string, error?: Error): void;
};
type Told = { sample: UsageSample } | { error: Error | null };

function createFeed(): Feed & { watchUsage: Runtime['watchUsage'] } {
  const readers = new Map<string, (told: Told) => void>();
  const opened: string[] = [];
  const open = new Set<string>();
  const paces = new Map<string, number>();
  async function* watch(
    id: string,
    { everyMs }: { everyMs: number },
    signal: AbortSignal,
  ): AsyncIterable<UsageSample> {
    opened.push(id);
    paces.set(id, everyMs);
    open.add(id);
    try {
      while (!signal.aborted) {
        const told = await new Promise<Told>((resolve) => {
          readers.set(id, resolve);
          signal.addEventListener('abort', () => resolve({ error: null }), { once: true });
        });
        if ('sample' in told) yield told.sample;
        else if (told.error === null) return;
        else throw told.error;
      }
    } finally {
      open.delete(id);
    }
  }
  const tell = (id: string, told: Told): void => (readers.get(id) ?? assert.fail(`${id} is not open`))(told);
  return {
    opened,
    open,
    paces,
    watchUsage: watch,
    give: (id, change = {}) => {
      const { cpuCores: _, ...sample } = someUsage(change);
      tell(id, { sample });
    },
    end: (id, error) => tell(id, { error: error ?? null }),
  };
}

/** Waits take no time but pass it, and are noted. */
function createWatch(
  test: TestContext,
  { limit, scale = {} }: { limit?: number; scale?: object } = {},
): {
  feed: Feed;
  usage: UsageWatch;
  memory: AppMemory;
  look: (observed: readonly ObservedInstance[]) => void;
  readings: () => readonly UsageReading[];
  waits: number[];
  deploy: (scale: object) => void;
  logged: ReturnType<typeof recordingLog>['logged'];
  forget: () => void;
  stop: () => Promise<void>;
} {
  const feed = createFeed();
  let tick = 0;
  const waits: number[] = [];
  const clock: Clock = {
    now: () => 0,
    monotonic: () => tick,
    wait: async (ms) => {
      waits.push(ms);
      await delay(1);
      tick += ms;
    },
  };
  const { log, logged } = recordingLog();
  const ending = new AbortController();
  const { store } = tempStore(test);
  const app = store.apps.create({ name: 'shop', ownerId: twoUsers(store).bob.id, at: 1 });
  const deploy = (change: object): void => {
    const text = JSON.stringify({ services: { web: { image: 'web:1', 'x-crane': { scale: change } } } });
    const { project } = checkCompose({ files: [{ path: 'compose.yaml', text }] }, app.uniqueName);
    const { number } = store.releases.create({
      appId: app.id,
      project,
      images: {},
      restarts: [],
      createdAt: 1,
      createdBy: 1,
    });
    store.apps.update(app.id, { releaseNumber: number }, 1);
  };
  deploy(scale);
  const memory = createAppMemory();
  const memories = new Map([[app.id, memory]]);
  const usage = createUsageWatch(
    // Only these of the loops' collaborators are used.
    {
      deps: { runtime: { watchUsage: feed.watchUsage }, clock, log, store },
      memories,
      signal: ending.signal,
    },
    limit,
  );
  const stop = async (): Promise<void> => {
    ending.abort();
    await usage.ended();
  };
  test.after(stop);
  return {
    feed,
    usage,
    memory,
    waits,
    logged,
    deploy,
    look: (observed) => {
      memory.observed = observed;
      usage.follow(1);
    },
    readings: () => usage.read(1).instances,
    forget: () => {
      memories.delete(1);
      usage.follow(1);
    },
    stop,
  };
}

async function until(isThere: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 5_000; !isThere();) {
    assert.ok(performance.now() < deadline, 'nothing happened within 5 s');
    await delay(1);
  }
}

const first = someInstance({ id: 'c1', startedAt: 0 });
const second = someInstance({ id: 'c2', slot: 2, startedAt: 0 });

describe('the usage watch', () => {
  it('keeps one stream for each running instance', async (test) => {
    const { feed, look } = createWatch(test);
    look([first, second, someInstance({ id: 'c3', state: 'created' })]);
    look([first, second]);
    await until(() => feed.open.size === 2);
    assert.deepEqual(feed.opened, ['c1', 'c2']);
  });

  it('shows what the streams give, and closes that of an instance which is gone', async (test) => {
    const { feed, look, readings } = createWatch(test);
    look([first, second]);
    await until(() => feed.open.size === 2);
    feed.give('c1', { memoryBytes: 5 });
    await until(() => readings()[0]?.kind === 'value');
    assert.equal(readings()[1]?.kind, 'missing');
    look([second]);
    assert.deepEqual(
      readings().map(({ instance }) => instance),
      ['web-1-2'],
    );
    await until(() => !feed.open.has('c1'));
    assert.ok(feed.open.has('c2'));
  });

  it('opens a broken stream again, later each time, and tells the outage once', async (test) => {
    const { feed, look, readings, waits, logged } = createWatch(test);
    look([first, second]);
    for (const count of [1, 2, 3]) {
      await until(() => feed.opened.length >= 2 * count && feed.open.size === 2);
      feed.end('c1', new Error('cut'));
      feed.end('c2', new Error('cut'));
    }
    await until(() => feed.open.size === 2 && feed.opened.length === 8);
    assert.deepEqual(waits, [250, 250, 500, 500, 1000, 1000]);
    assert.equal(logged.filter(({ level }) => level === 'warn').length, 1);
    feed.give('c1');
    feed.give('c2');
    await until(() => readings().every(({ kind }) => kind === 'value'));
    assert.equal(logged.filter(({ level }) => level === 'info').length, 1);
    feed.end('c1', new Error('cut'));
    await until(() => waits.length === 7);
    assert.equal(waits[6], 250);
  });

  it('opens a stream again that ended by itself', async (test) => {
    const { feed, look, readings, logged } = createWatch(test);
    look([first]);
    await until(() => feed.open.has('c1'));
    feed.end('c1');
    await until(() => feed.opened.length === 2);
    const [reading] = readings();
    assert.match(reading?.kind === 'missing' ? reading.reason : '', /does not run/);
    assert.deepEqual(logged, []);
  });

  it('measures no more instances than the limit, and says so', async (test) => {
    const { feed, look, readings } = createWatch(test, { limit: 1 });
    look([first, second]);
    await until(() => feed.open.size === 1);
    const [, over] = readings();
    assert.equal(over?.kind === 'missing' ? over.reason : '', 'more than 1 instances run');
    look([second]);
    await until(() => feed.open.has('c2'));
  });

  it('measures every second what is scaled by it, and the rest less often', async (test) => {
    const { feed, look, deploy } = createWatch(test, { scale: { max: 3, target: { p95Ms: 100 } } });
    look([first]);
    await until(() => feed.paces.get('c1') === 10_000);
    deploy({ max: 3, target: { cpuPercent: 50 } });
    look([first]);
    await until(() => feed.opened.length === 2 && feed.open.size === 1);
    assert.equal(feed.paces.get('c1'), 1_000);
    look([first]);
    assert.equal(feed.opened.length, 2);
  });

  it('measures every second while somebody looks, and no longer', async (test) => {
    const { feed, look, usage, waits } = createWatch(test);
    look([first]);
    await until(() => feed.open.size === 1);
    usage.attend(1);
    usage.attend(1);
    await until(() => feed.paces.get('c1') === 1_000);
    await until(() => feed.opened.length === 3 && feed.paces.get('c1') === 10_000);
    assert.deepEqual(waits, [15_001]);
  });

  it('counts replacements of the healing loop, each once', async (test) => {
    const { look, memory, readings } = createWatch(test);
    recordChange(memory, 'web', { instance: 'web-1-1', change: 'replaced', readyAt: null, at: 1 });
    look([first]);
    look([first]);
    assert.equal(readings()[0]?.restarts, 1);
  });

  it('lets everything go with the app, and with the control plane', async (test) => {
    const { feed, look, forget, usage, stop } = createWatch(test);
    look([first]);
    await until(() => feed.open.size === 1);
    forget();
    await until(() => feed.open.size === 0);
    assert.deepEqual(usage.read(1), { instances: [], services: [] });
    await stop();
  });
});
