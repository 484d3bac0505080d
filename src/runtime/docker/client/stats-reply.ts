import { z } from 'zod';
import { listOf, mapOf, optionalNumber, optionalText, optionalTime } from './reply-fields.ts';

const cpu = z
  .object({
    cpu_usage: z.object({ total_usage: optionalNumber }).nullish(),
    throttling_data: z.object({ throttled_time: optionalNumber }).nullish(),
  })
  .nullish()
  .transform((value) => ({
    totalNs: value?.cpu_usage?.total_usage ?? 0,
    throttledNs: value?.throttling_data?.throttled_time ?? 0,
  }));

const memory = z
  .object({
    usage: optionalNumber,
    limit: optionalNumber,
    stats: z.object({ inactive_file: optionalNumber, total_inactive_file: optionalNumber }).nullish(),
  })
  .nullish()
  .transform((value) => {
    // Version 1 of control groups has both: of the group alone, and with the groups below it, which `usage` counts too.
    const inactive = value?.stats?.total_inactive_file || value?.stats?.inactive_file || 0;
    const usage = value?.usage ?? 0;
    return {
      /** Without the page cache that can be given back, as `docker stats` shows it. */
      usedBytes: inactive < usage ? usage - inactive : usage,
      /** The machine's memory when the container has no limit. */
      limitBytes: value?.limit ?? 0,
    };
  });

const network = z.object({ rx_bytes: optionalNumber, tx_bytes: optionalNumber });
const blockIo = z
  .object({ io_service_bytes_recursive: listOf(z.object({ op: optionalText, value: optionalNumber })) })
  .nullish();

/** One sample of `GET /containers/{id}/stats`: counters since start, so a rate needs two samples. */
export const containerStats = z
  .object({
    read: optionalTime,
    cpu_stats: cpu,
    memory_stats: memory,
    networks: mapOf(network),
    blkio_stats: blockIo,
    pids_stats: z.object({ current: optionalNumber }).nullish(),
  })
  .transform((stats) => {
    const traffic = Object.values(stats.networks);
    const io = stats.blkio_stats?.io_service_bytes_recursive ?? [];
    return {
      /** Milliseconds since the epoch; null = the container does not run, and nothing was measured. */
      at: stats.read,
      cpu: stats.cpu_stats,
      memory: stats.memory_stats,
      receivedBytes: sum(traffic.map((each) => each.rx_bytes)),
      sentBytes: sum(traffic.map((each) => each.tx_bytes)),
      readBytes: sum(io.filter((each) => /^read$/i.test(each.op)).map((each) => each.value)),
      writtenBytes: sum(io.filter((each) => /^write$/i.test(each.op)).map((each) => each.value)),
      pids: stats.pids_stats?.current ?? 0,
    };
  });
export type ContainerStats = z.output<typeof containerStats>;

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
