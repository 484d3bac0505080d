import { createHash } from 'node:crypto';
import { CraneError } from '../../src/core/error/crane-error.ts';
import type { BuildContexts } from '../../src/core/port/build-contexts.ts';

/** Build contexts in memory: whatever bytes are sent are kept unread. */
export function createMemoryContexts(now: () => number): BuildContexts {
  const kept = new Map<string, { bytes: Buffer; at: number }>();
  const keyOf = (ownerId: number, id: string): string => `${ownerId}/${id}`;
  return {
    async keep(ownerId, tar) {
      const bytes = Buffer.concat(await Array.fromAsync(tar));
      const id = `ctx-${createHash('sha256').update(bytes).digest('hex')}`;
      kept.set(keyOf(ownerId, id), { bytes, at: now() });
      return { id, sizeBytes: bytes.length, entries: 1 };
    },
    has: async (ownerId, id) => kept.has(keyOf(ownerId, id)),
    async *read(ownerId, id) {
      const found = kept.get(keyOf(ownerId, id));
      if (found === undefined)
        throw new CraneError('context.not_found', `The build context ${id} is not here.`);
      yield found.bytes;
    },
    async sweep({ inUse, before }) {
      const needed = new Set(inUse.map(({ ownerId, id }) => keyOf(ownerId, id)));
      for (const [key, { at }] of kept) if (!needed.has(key) && at < before) kept.delete(key);
    },
  };
}
