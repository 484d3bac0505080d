import { CraneError } from '../../core/error/crane-error.ts';
import type { Runtime } from '../../core/port/runtime.ts';
import { isOwn, labels } from './docker-labels.ts';
import { accept, orNull } from './error-answers.ts';
import type { RuntimeContext } from './runtime-context.ts';

export function createVolumeCalls({
  client,
  installation,
}: RuntimeContext): Pick<Runtime, 'ensureVolume' | 'removeVolume'> {
  return {
    async ensureVolume(spec, signal) {
      // The engine's create returns an existing volume, whosever it is: look at the labels of what came back.
      const volume =
        (await orNull(client.volumes.inspect(spec.name, signal))) ??
        (await client.volumes.create(
          {
            name: spec.name,
            ...(spec.driver === undefined ? {} : { driver: spec.driver }),
            ...(spec.driverOptions === undefined ? {} : { options: spec.driverOptions }),
            labels: { ...spec.labels, [labels.installation]: installation, [labels.app]: spec.app },
          },
          signal,
        ));
      if (!isOwn(volume.labels, installation))
        throw new CraneError('engine.conflict', {
          message: `A volume named ${spec.name} exists already and is not this installation's.`,
          fix: `Declare it as external in the compose file, or give the app's volume another name.`,
        });
    },

    async removeVolume(name, signal) {
      const volume = await orNull(client.volumes.inspect(name, signal));
      if (volume === null || !isOwn(volume.labels, installation)) return;
      await accept(client.volumes.remove(name, signal), (error) => error.code === 'engine.not_found');
    },
  };
}
