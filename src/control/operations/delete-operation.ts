import { z } from 'zod';
import { volumeName } from '../../core/service/render-instance.ts';
import { appendFeed } from '../control-state.ts';
import type { OperationContext, OperationKindRun } from './operation-kind.ts';
import { sweepBuilds } from '../sweep/sweep-built-images.ts';
import { sweepOneOffs } from '../instances/sweep-one-offs.ts';
import { syncRules } from '../scaling/sync-rules.ts';
import { isOfApp } from '../ground/spare-network.ts';
import { waitSettled } from './settle-operation.ts';

const orderSchema = z.object({ volumes: z.array(z.string()) });

/**
 * Instances → networks → named volumes → routes → row. Everything is "absent is fine", so it can run again; it goes on until
 * it is done, however long the engine is away.
 */
export const deletion: OperationKindRun = {
  isFinal: true,
  carryOut: async (context) => {
    const { state, app, input, report } = context;
    const { store, proxy, secretFiles, crashPoint } = state.deps;
    const { volumes } = orderSchema.parse(input);
    report('instances', 'started', 'stopping and removing instances');
    await waitSettled(context, Infinity);
    await persist(context, () => sweepOneOffs(state, app.engineName));
    crashPoint('delete.instances-gone');
    await persist(context, () => removeNetworks(context));
    crashPoint('delete.networks-removed');
    await persist(context, () => removeVolumes(context, volumes));
    crashPoint('delete.volumes-removed');
    await persist(context, () => secretFiles.sweep(app.engineName, []));
    await persist(context, () => proxy.withdraw(app.engineName));
    crashPoint('delete.routes-withdrawn');
    return {
      result: null,
      record: () => {
        appendFeed(state, app, 'app.deleted', `${app.uniqueName} is deleted`);
        store.apps.remove(app.id);
      },
    };
  },
  after: async ({ state }) => {
    await syncRules(state);
    await sweepBuilds(state);
  },
};

async function removeNetworks({ state, app, signal }: OperationContext): Promise<void> {
  const { runtime } = state.deps;
  for (const network of await runtime.observeNetworks(signal))
    if (isOfApp(app, network)) await runtime.removeNetwork(network.name, signal);
}

/** Only those that the person named. One that only forgotten releases declared goes by the name it has unless a file says otherwise. */
async function removeVolumes(
  { state, app, signal }: OperationContext,
  named: readonly string[],
): Promise<void> {
  const { store, runtime, settings } = state.deps;
  const projects = store.releases.list(app.id).map(({ project }) => project);
  for (const volume of named) {
    const declaring = projects.filter(({ volumes }) => volumes?.[volume] !== undefined);
    const names = declaring
      .filter(({ volumes }) => volumes?.[volume]?.external !== true)
      .map((project) => volumeName(settings.prefix, app.engineName, project, volume));
    if (declaring.length === 0) names.push(`${settings.prefix}-${app.engineName}_${volume}`);
    for (const name of new Set(names)) await runtime.removeVolume(name, signal);
  }
}

const retryMs = 2_000;

/** What is being deleted stays so: a failed call is made again until it works. */
async function persist(
  { state, app, signal, report }: OperationContext,
  work: () => Promise<void>,
): Promise<void> {
  let last = '';
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      signal.throwIfAborted();
      const text = error instanceof Error ? error.message : 'a call failed';
      if (text !== last) report('delete', 'progress', `tried again: ${text}`);
      last = text;
      state.deps.log.warn({ app: app.uniqueName, err: error }, 'the deletion waits');
      await state.deps.clock.wait(retryMs, signal);
      signal.throwIfAborted();
    }
  }
}
