import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Runtime } from '../core/port/runtime.ts';
import type { UsageSample } from '../core/usage/usage.ts';

/** An own instance that runs, with a limit of half a core and 64 MiB, and what a test must be able to do to it. */
export type UsageHarness = {
  runtime: Runtime;
  /** Another installation on the same engine. */
  other: Runtime;
  /** A fresh instance, started; without limits when `isLimited` is false. */
  start(request: { isLimited: boolean }): Promise<string>;
  /** Keeps it busy with `cores`, and makes it hold `memoryBytes` more and receive something, for some seconds. */
  work(id: string, use: { cores: number; memoryBytes: number }): Promise<void>;
  close(): Promise<void>;
};

const patienceMs = 20_000;
const pace = { everyMs: 1_000 };

/** What every runtime keeps about the usage of instances. Time is real. */
export function describeUsageContract(name: string, create: () => Promise<UsageHarness>): void {
  describe(`usage in ${name}`, () => {
    let harness: UsageHarness;
    before(async () => {
      harness = await create();
    });
    after(async () => harness?.close());

    it('is told soon, and then again and again', async () => {
      const id = await harness.start({ isLimited: true });
      const began = performance.now();
      const samples: UsageSample[] = [];
      await read(harness.runtime, id, (sample) => {
        if (samples.push(sample) === 1) assert.ok(performance.now() - began < 3_000);
        return samples.length === 3;
      });
      const [first, second, third] = samples;
      assert.ok(first !== undefined && second !== undefined && third !== undefined);
      assert.ok(Math.abs(first.at - Date.now()) < 60_000);
      assert.ok(third.at > second.at && third.at - second.at < 5_000);
      assert.ok(third.cpuSeconds >= first.cpuSeconds);
      assert.ok(first.memoryBytes > 0 && first.pids > 0);
      await harness.runtime.removeInstance(id);
    });

    it('is told less often when that is asked for', async () => {
      const id = await harness.start({ isLimited: true });
      const times: number[] = [];
      for await (const { at } of harness.runtime.watchUsage(
        id,
        { everyMs: 1_500 },
        AbortSignal.timeout(patienceMs),
      )) {
        if (times.push(at) === 4) break;
      }
      // The first ones may come together, so that the use of the CPU is known soon.
      const [, , third = 0, fourth = 0] = times;
      assert.ok(fourth - third >= 1_200 && fourth - third < 5_000, String(times));
      await harness.runtime.removeInstance(id);
    });

    it('has the limits, and none where none is set', async () => {
      const limited = await harness.start({ isLimited: true });
      const free = await harness.start({ isLimited: false });
      const limitsOf = async (id: string): Promise<unknown> => {
        const { cpuLimitCores, memoryLimitBytes } = await read(harness.runtime, id, () => true);
        return { cpuLimitCores, memoryLimitBytes };
      };
      assert.deepEqual(await limitsOf(limited), { cpuLimitCores: 0.5, memoryLimitBytes: 64 * 1024 ** 2 });
      assert.deepEqual(await limitsOf(free), { cpuLimitCores: null, memoryLimitBytes: null });
      await Promise.all([limited, free].map((id) => harness.runtime.removeInstance(id)));
    });

    it('counts what the instance does', async () => {
      const id = await harness.start({ isLimited: true });
      const before = await read(harness.runtime, id, () => true);
      await harness.work(id, { cores: 0.3, memoryBytes: 20 * 1024 ** 2 });
      const isSeen = (sample: UsageSample): boolean =>
        sample.cpuSeconds > before.cpuSeconds + 0.2 &&
        sample.memoryBytes > before.memoryBytes + 15 * 1024 ** 2 &&
        sample.receivedBytes > before.receivedBytes;
      await read(harness.runtime, id, isSeen);
      await harness.runtime.removeInstance(id);
    });

    it('begins anew with each start', async () => {
      const id = await harness.start({ isLimited: true });
      await harness.work(id, { cores: 0.3, memoryBytes: 0 });
      const before = await read(harness.runtime, id, (sample) => sample.cpuSeconds > 0.2);
      await harness.runtime.killInstance(id);
      await harness.runtime.startInstance(id);
      assert.ok((await read(harness.runtime, id, () => true)).cpuSeconds < before.cpuSeconds);
      await harness.runtime.removeInstance(id);
    });

    it('ends when the instance stops', async () => {
      const id = await harness.start({ isLimited: true });
      let samples = 0;
      const reading = (async (): Promise<void> => {
        for await (const _ of harness.runtime.watchUsage(id, pace, AbortSignal.timeout(patienceMs))) {
          samples += 1;
          if (samples === 1) await harness.runtime.killInstance(id);
        }
      })();
      await reading;
      assert.ok(samples >= 1);
      await harness.runtime.removeInstance(id);
    });

    it('ends when the signal aborts or the reader leaves, also between two samples', async () => {
      const id = await harness.start({ isLimited: true });
      const stop = new AbortController();
      for await (const _ of harness.runtime.watchUsage(id, pace, stop.signal)) stop.abort();
      const samples = harness.runtime.watchUsage(id, pace, new AbortController().signal);
      const iterator = samples[Symbol.asyncIterator]();
      await iterator.next();
      const pending = iterator.next();
      await iterator.return?.();
      assert.equal((await pending).done, true);
      await harness.runtime.removeInstance(id);
    });

    it('is not told of what is gone, stopped, or of another installation', async () => {
      const id = await harness.start({ isLimited: true });
      const all = (runtime: Runtime, which: string): Promise<UsageSample[]> =>
        Array.fromAsync(runtime.watchUsage(which, pace, AbortSignal.timeout(patienceMs)));
      assert.deepEqual(await all(harness.other, id), []);
      assert.deepEqual(await all(harness.runtime, 'f'.repeat(64)), []);
      await harness.runtime.killInstance(id);
      assert.deepEqual(await all(harness.runtime, id), []);
      await harness.runtime.removeInstance(id);
    });
  });
}

/** Reads until a sample is right, and gives that one. */
async function read(
  runtime: Runtime,
  id: string,
  isRight: (sample: UsageSample) => boolean,
): Promise<UsageSample> {
  let last: UsageSample | null = null;
  for await (const sample of runtime.watchUsage(id, pace, AbortSignal.timeout(patienceMs))) {
    if (isRight(sample)) return sample;
    last = sample;
  }
  return assert.fail(`no sample was right; the last one is ${JSON.stringify(last)}`);
}
