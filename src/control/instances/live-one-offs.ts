import type { OneOffs } from '../../core/port/one-offs.ts';

export type LiveOneOffs = OneOffs & { isLive(name: string): boolean };

export function createOneOffs(): LiveOneOffs {
  const live = new Set<string>();
  return {
    begin(name) {
      live.add(name);
      return () => void live.delete(name);
    },
    isLive: (name) => live.has(name),
  };
}
