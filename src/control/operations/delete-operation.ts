import { z } from 'zod';
import { networkName } from '../../core/route/desire-routes.ts';
import { volumeName } from '../../core/service/render-instance.ts';
import { memoryOf, tell } from '../control-state.ts';
import type { OperationContext } from '../run-operations.ts';
import { syncRules } from '../sync-rules.ts';
import { waitSettled } from './settle-operation.ts';

const orderSchema = z.object({ volumes: z.array(z.string()) });

/** Instances → networks → named volumes → rules → row. Everything is "absent is fine", so it can run again. */
export async function deleteOperation(context: OperationContext): Promise<null> {
  const { state, app, input, report, signal } = context;
  const { store, runtime, proxy, settings } = state.deps;
  const { volumes } = orderSchema.parse(input);
  report('instances', 'started', 'stopping and removing instances');
  await waitSettled(context);
  const releases = store.releases.list(app.id);
  const networks = new Set(
    releases.flatMap(({ project }) =>
      Object.entries(project.networks ?? { default: undefined })
        .filter(([, spec]) => spec?.external !== true)
        .map(([name]) => networkName(settings.prefix, app.uniqueName, project, name)),
    ),
  );
  for (const name of networks) await runtime.removeNetwork(name, signal);
  for (const { project } of releases) {
    for (const volume of volumes)
      if (project.volumes?.[volume] !== undefined)
        await runtime.removeVolume(volumeName(settings.prefix, app.uniqueName, project, volume), signal);
  }
  await proxy.withdraw(app.uniqueName);
  tell(state, app, 'app.deleted', `${app.uniqueName} is deleted`);
  store.apps.remove(app.id);
  await syncRules(state);
  memoryOf(state, app.id).plan = null;
  state.nudge(app.id);
  return null;
}
