import { CraneError } from '../../core/error/crane-error.ts';
import type { Clock } from '../../core/port/clock.ts';
import type { Runtime } from '../../core/port/runtime.ts';
import type { UsageSample } from '../../core/usage/usage.ts';
import { closableStream } from './client/closable-stream.ts';
import type { ContainerDetails } from './client/container-reply.ts';
import type { ContainersApi } from './client/containers-api.ts';
import type { ContainerStats } from './client/stats-reply.ts';
import { isOwn } from './docker-labels.ts';
import { hasCode, orNull } from './error-answers.ts';

/** Pace of the engine's own rounds, in which it measures whatever has a reader. */
const roundMs = 1_000;
/** Limits can be changed while an instance runs, and no sample tells the one of the CPU. */
const limitsAgeMs = 60_000;

type UsageContext = {
  client: { containers: Pick<ContainersApi, 'inspect' | 'stats' | 'streamStats'> };
  installation: string;
  clock: Pick<Clock, 'monotonic' | 'wait'>;
  /** 0 up to 1. */
  random: () => number;
};
type Limits = ContainerDetails['limits'];

export function createUsageWatch(context: UsageContext): Runtime['watchUsage'] {
  const { clock } = context;
  async function* watch(id: string, everyMs: number, signal: AbortSignal): AsyncIterable<UsageSample> {
    let limits = await readLimits(context, id, signal);
    let lookedAt = clock.monotonic();
    if (limits === null) return;
    const samples = everyMs > roundMs ? ask(context, id, everyMs, signal) : follow(context, id, signal);
    for await (const stats of samples) {
      if (clock.monotonic() - lookedAt > limitsAgeMs) {
        limits = await readLimits(context, id, signal);
        lookedAt = clock.monotonic();
      }
      const sample = limits === null ? null : toSample(stats, limits);
      if (sample === null) return;
      yield sample;
    }
  }
  return (id, { everyMs }, signal) =>
    closableStream(signal, async function* (stop): AsyncIterable<UsageSample> {
      try {
        yield* watch(id, everyMs, stop);
      } catch (error) {
        if (stop.aborted || isGone(error)) return;
        // An engine whose container stops while it is asked for a sample may answer with nothing.
        if (hasCode(error, 'engine.failed') && (await readLimits(context, id, stop)) === null) return;
        throw error;
      }
    });
}

/**
 * Each round. A stream's first sample comes with the next round, up to a second later; newer engines give a single one at
 * once, so that is asked for before. For older ones it is the same round.
 */
async function* follow(
  { client }: UsageContext,
  id: string,
  signal: AbortSignal,
): AsyncIterable<ContainerStats> {
  yield await client.containers.stats(id, signal);
  yield* client.containers.streamStats(id, signal);
}

/**
 * Single samples: two in a row, which tell how much CPU is in use, then one at a time. Those that wait for one round would stay
 * together in every later one, so the third comes at a time of its own.
 */
async function* ask(
  { client, clock, random }: UsageContext,
  id: string,
  everyMs: number,
  signal: AbortSignal,
): AsyncIterable<ContainerStats> {
  const pauses = [roundMs, roundMs + random() * (everyMs - roundMs)];
  while (!signal.aborted) {
    yield await client.containers.stats(id, signal);
    await clock.wait(pauses.shift() ?? everyMs, signal);
  }
}

/** Null when it is gone, foreign or not running. */
async function readLimits(
  { client, installation }: UsageContext,
  id: string,
  signal: AbortSignal,
): Promise<Limits | null> {
  const details = await orNull(client.containers.inspect(id, signal));
  return details !== null && details.isRunning && isOwn(details.labels, installation) ? details.limits : null;
}

/** Null when the container does not run: the engine then tells its name and nothing else. */
function toSample(stats: ContainerStats, limits: Limits): UsageSample | null {
  if (stats.at === null) return null;
  return {
    at: stats.at,
    cpuSeconds: stats.cpu.totalNs / 1e9,
    cpuThrottledSeconds: stats.cpu.throttledNs / 1e9,
    cpuLimitCores: limits.cpuCores,
    memoryBytes: stats.memory.usedBytes,
    memoryLimitBytes: limits.memoryBytes,
    receivedBytes: stats.receivedBytes,
    sentBytes: stats.sentBytes,
    readBytes: stats.readBytes,
    writtenBytes: stats.writtenBytes,
    pids: stats.pids,
  };
}

function isGone(error: unknown): boolean {
  return (
    error instanceof CraneError &&
    (error.code === 'engine.not_found' || /dead or marked for removal/i.test(error.message))
  );
}
