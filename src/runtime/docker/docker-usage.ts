import { CraneError } from '../../core/error/crane-error.ts';
import type { Clock } from '../../core/port/clock.ts';
import type { Runtime } from '../../core/port/runtime.ts';
import type { UsageSample } from '../../core/usage/usage.ts';
import { closableStream } from './client/closable-stream.ts';
import type { ContainerDetails } from './client/container-reply.ts';
import type { ContainerStats } from './client/stats-reply.ts';
import { isOwn } from './docker-labels.ts';
import { orNull } from './error-answers.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** Limits can be changed while an instance runs, and no sample tells the one of the CPU. */
const limitsAgeMs = 60_000;

/**
 * A stream's first sample comes with the engine's next round, up to a second later. Newer engines give a single one at once, so
 * that is asked for before; for older ones it is the same round.
 */
export function createUsageWatch(
  { client, installation }: RuntimeContext,
  { monotonic }: Pick<Clock, 'monotonic'>,
): Runtime['watchUsage'] {
  const limitsOf = async (id: string, signal: AbortSignal): Promise<ContainerDetails['limits'] | null> => {
    const details = await orNull(client.containers.inspect(id, signal));
    return details !== null && details.isRunning && isOwn(details.labels, installation)
      ? details.limits
      : null;
  };

  async function* watch(id: string, signal: AbortSignal): AsyncIterable<UsageSample> {
    let limits = await limitsOf(id, signal);
    let lookedAt = monotonic();
    if (limits === null) return;
    const first = toSample(await client.containers.stats(id, signal), limits);
    if (first !== null) yield first;
    for await (const stats of client.containers.streamStats(id, signal)) {
      if (monotonic() - lookedAt > limitsAgeMs) {
        limits = await limitsOf(id, signal);
        lookedAt = monotonic();
      }
      const sample = limits === null ? null : toSample(stats, limits);
      if (sample === null) return;
      yield sample;
    }
  }

  return (id, signal) =>
    closableStream(signal, async function* (stop): AsyncIterable<UsageSample> {
      try {
        yield* watch(id, stop);
      } catch (error) {
        if (!stop.aborted && !isGone(error)) throw error;
      }
    });
}

/** Null when the container does not run: the engine then tells its name and nothing else. */
function toSample(stats: ContainerStats, limits: ContainerDetails['limits']): UsageSample | null {
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
