import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { containerStats } from './stats-reply.ts';

const base = {
  read: '2026-03-01T12:00:01.5Z',
  pids_stats: { current: 6, limit: 512 },
  networks: {
    eth0: { rx_bytes: 100, tx_bytes: 10, rx_packets: 2 },
    eth1: { rx_bytes: 5, tx_bytes: 1 },
  },
};

const version1 = {
  ...base,
  blkio_stats: {
    io_service_bytes_recursive: [
      { major: 8, minor: 0, op: 'Read', value: 4096 },
      { major: 8, minor: 0, op: 'Write', value: 512 },
      { major: 8, minor: 0, op: 'Total', value: 4608 },
    ],
  },
  cpu_stats: {
    cpu_usage: { total_usage: 2_500_000_000, percpu_usage: [1, 2] },
    system_cpu_usage: 16_175_450_000_000,
    online_cpus: 2,
    throttling_data: { periods: 49, throttled_periods: 3, throttled_time: 750_000_000 },
  },
  memory_stats: {
    usage: 10_000,
    limit: 1_073_741_824,
    stats: { cache: 1, inactive_file: 1_000, total_inactive_file: 4_000, rss: 5 },
  },
};

const version2 = {
  ...base,
  blkio_stats: {
    io_service_bytes_recursive: [
      { major: 254, minor: 0, op: 'read', value: 4096 },
      { major: 254, minor: 0, op: 'write', value: 512 },
    ],
    io_serviced_recursive: null,
  },
  cpu_stats: {
    cpu_usage: { total_usage: 2_500_000_000, usage_in_kernelmode: 1 },
    throttling_data: { periods: 49, throttled_periods: 3, throttled_time: 750_000_000 },
  },
  memory_stats: { usage: 10_000, limit: 1_073_741_824, stats: { anon: 1, file: 2, inactive_file: 4_000 } },
};

const expected = {
  at: Date.parse('2026-03-01T12:00:01.500Z'),
  cpu: { totalNs: 2_500_000_000, throttledNs: 750_000_000 },
  memory: { usedBytes: 6_000, limitBytes: 1_073_741_824 },
  receivedBytes: 105,
  sentBytes: 11,
  readBytes: 4096,
  writtenBytes: 512,
  pids: 6,
};

describe('a sample of the engine', () => {
  it('is read with version 1 of control groups', () => {
    assert.deepEqual(containerStats.parse(version1), expected);
  });

  it('is read with version 2 of control groups', () => {
    assert.deepEqual(containerStats.parse(version2), expected);
  });

  it('has no time when the container does not run', () => {
    const empty = { name: '/web', id: 'c1', read: '0001-01-01T00:00:00Z', preread: '0001-01-01T00:00:00Z' };
    assert.equal(containerStats.parse({ ...empty, cpu_stats: {}, memory_stats: {} }).at, null);
    assert.equal(containerStats.parse(empty).at, null);
  });

  it('counts memory in full when more is said to be inactive than is used', () => {
    const memory = { usage: 100, limit: 1, stats: { inactive_file: 400 } };
    assert.equal(containerStats.parse({ ...version2, memory_stats: memory }).memory.usedBytes, 100);
  });

  it('has no traffic without networks of its own', () => {
    const { networks: _, ...alone } = version2;
    assert.equal(containerStats.parse(alone).receivedBytes, 0);
  });
});
