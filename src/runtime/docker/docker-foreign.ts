import type { Runtime } from '../../core/port/runtime.ts';
import { isOwn, labels, type LabelMap } from './docker-labels.ts';
import { orNull } from './error-answers.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** Looks for what an app names and does not own. */
export function createForeignCalls({ client, installation }: RuntimeContext): Pick<Runtime, 'findForeign'> {
  const labelsOf = {
    // The engine also finds networks and containers by parts of their ids.
    network: async (name: string, signal?: AbortSignal): Promise<LabelMap | null> => {
      const found = await client.networks.list({ filters: { name: [name] } }, signal);
      return found.find((network) => network.name === name)?.labels ?? null;
    },
    volume: async (name: string, signal?: AbortSignal): Promise<LabelMap | null> =>
      (await orNull(client.volumes.inspect(name, signal)))?.labels ?? null,
    container: async (name: string, signal?: AbortSignal): Promise<LabelMap | null> =>
      (await orNull(client.containers.inspect(name, signal)))?.labels ?? null,
  };
  return {
    async findForeign(kind, name, signal) {
      const found = await labelsOf[kind](name, signal);
      if (found === null) return null;
      const mine = isOwn(found, installation);
      return { isOwn: mine, app: mine ? (found[labels.app] ?? null) : null };
    },
  };
}
