import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../core/port/clock.ts';
import type { Runtime } from '../../core/port/runtime.ts';
import { closableStream } from './client/closable-stream.ts';
import type { EngineClient } from './client/engine-client.ts';
import { createBuildCalls } from './docker-builds.ts';
import { createCommandCalls } from './docker-commands.ts';
import { createConnectionCalls } from './docker-connections.ts';
import { createDisturbanceCalls } from './docker-disturbances.ts';
import { createFileCalls } from './docker-files.ts';
import { createForeignCalls } from './docker-foreign.ts';
import { createImageCalls } from './docker-images.ts';
import { createInstanceCalls } from './docker-instances.ts';
import { createLogReader } from './docker-logs.ts';
import { createNetworkCalls } from './docker-networks.ts';
import { createSessionCalls } from './docker-sessions.ts';
import { createUsageWatch } from './docker-usage.ts';
import { createVolumeCalls } from './docker-volumes.ts';
import { createInstanceObserver } from './observe-instances.ts';
import { createOneOffObserver } from './observe-one-offs.ts';
import { createOwnObjects } from './own-objects.ts';
import { watchEvents } from './watch-events.ts';

/** The machine's own time. */
const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  wait: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};

/**
 * Runs instances as containers of a Docker engine. Everything it makes carries `crane.instance=<installation>`, and it touches
 * nothing else: a foreign object of the wanted name is `engine.conflict`, a foreign id is as good as gone.
 */
export function createDockerRuntime({
  client,
  installation,
  clock = systemClock,
  random = Math.random,
}: {
  client: EngineClient;
  /** Tells this installation's objects from those of others on the same engine. */
  installation: string;
  clock?: Clock;
  random?: () => number;
}): Runtime {
  const own = createOwnObjects();
  const context = { client, installation, own };
  const observer = createInstanceObserver({
    client,
    installation,
    now: () => clock.monotonic(),
    onOwn: (id, app) => own.addContainer(id, app),
  });
  const wait = (ms: number, signal?: AbortSignal): Promise<void> => clock.wait(ms, signal);
  const instances = createInstanceCalls({
    ...context,
    wait,
    now: () => clock.monotonic(),
    forget: (id) => observer.forget(id),
  });
  return {
    async info(signal) {
      const [version, info, apiVersion] = await Promise.all([
        client.system.version(signal),
        client.system.info(signal),
        client.apiVersion(signal),
      ]);
      return {
        version: version.version,
        apiVersion,
        os: info.operatingSystem,
        architecture: version.architecture,
        cpus: info.cpus,
        memoryBytes: info.memoryBytes,
      };
    },
    observeInstances: (app, signal) => observer.observe(app, signal),
    ...createNetworkCalls(context),
    ...createVolumeCalls(context),
    ...createImageCalls(context),
    ...createBuildCalls(context),
    ...instances,
    observeOneOffs: createOneOffObserver(context),
    ...createSessionCalls({ ...context, clock, startInstance: instances.startInstance }),
    ...createFileCalls(context),
    ...createForeignCalls(context),
    ...createCommandCalls({ ...context, wait, now: () => clock.now() }),
    ...createConnectionCalls(context),
    ...createDisturbanceCalls(context),
    logs: createLogReader(context),
    watchUsage: createUsageWatch({ ...context, clock, random }),
    watch: (signal) =>
      closableStream(signal, (stop) =>
        watchEvents({ ...context, observer, now: () => clock.now(), wait, random }, stop),
      ),
  };
}
