import { z } from 'zod';
import type { Metered } from '../core/cost/cost.ts';
import type { Store } from '../core/port/store.ts';
import type { Database } from './database.ts';

/** Column → member. */
const columns = {
  instance_s: 'instanceSeconds',
  unmeasured_s: 'unmeasuredSeconds',
  cpu_s: 'cpuCoreSeconds',
  cpu_reserved_s: 'cpuReservedSeconds',
  memory_bs: 'memoryByteSeconds',
  memory_reserved_bs: 'memoryReservedByteSeconds',
  max_instance_s: 'maxInstanceSeconds',
  max_cpu_reserved_s: 'maxCpuReservedSeconds',
  max_memory_reserved_bs: 'maxMemoryReservedByteSeconds',
} as const satisfies Record<string, keyof Metered>;

const amount = z.number();
const meteredRow = z.object({
  service: z.string(),
  instanceSeconds: amount,
  unmeasuredSeconds: amount,
  cpuCoreSeconds: amount,
  cpuReservedSeconds: amount,
  memoryByteSeconds: amount,
  memoryReservedByteSeconds: amount,
  maxInstanceSeconds: amount,
  maxCpuReservedSeconds: amount,
  maxMemoryReservedByteSeconds: amount,
}) satisfies z.ZodType<Metered>;

/** So long a row counts, milliseconds. */
const stretchMs = 600_000;

export function createMeterRepository(db: Database): Store['meter'] {
  const names = Object.keys(columns);
  const values = Object.values(columns).map((name) => `:${name}`);
  const added = names.map((name) => `${name} = ${name} + excluded.${name}`);
  const sums = Object.entries(columns).map(([name, member]) => `sum(${name}) AS ${member}`);
  return {
    add: (appId, at, metered) => {
      db.run(
        `INSERT INTO meter (app_id, service, at, ${names.join(', ')})
         VALUES (:appId, :service, :at, ${values.join(', ')})
         ON CONFLICT (app_id, service, at) DO UPDATE SET ${added.join(', ')}`,
        { appId, at: at - (at % stretchMs), ...metered },
      );
    },
    sum: (appId, since, until) =>
      db.all(
        meteredRow,
        `SELECT service, ${sums.join(', ')} FROM meter
         WHERE app_id = :appId AND at >= :since AND at < :until GROUP BY service ORDER BY service`,
        { appId, since: since - (since % stretchMs), until },
      ),
    forgetBefore: (at) => {
      db.run('DELETE FROM meter WHERE at < :at', { at });
    },
  };
}
