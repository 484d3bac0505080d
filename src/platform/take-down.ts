import { rmSync } from 'node:fs';
import type { EngineClient } from '../runtime/docker/client/engine-client.ts';
import { stopControlProcess } from './control-process.ts';
import { findInstallation } from './installation.ts';
import type { Report } from './progress.ts';

type Request = {
  client: EngineClient;
  dataFolder: string;
  cacheFolder: string;
  imageTags: readonly string[];
  isPurge: boolean;
  /** With `isPurge`: the images and the cache of their builds stay. */
  isKeepingImages: boolean;
  report: Report;
  signal?: AbortSignal;
};

export type TakenDown = {
  controlPlane: boolean;
  containers: number;
  networks: number;
  volumes: number;
  images: number;
};

/** Grace of app instances on the way down, seconds. */
const graceSeconds = 10;

/**
 * Stops the control plane, then removes every container and network of this installation; with `isPurge` also its
 * volumes, its data folder and the platform's images. Only objects with this installation's label are touched.
 */
export async function takeDown(request: Request): Promise<TakenDown> {
  const { client, dataFolder, report, signal, isPurge } = request;
  report({ step: 'control-plane', state: 'started', text: 'stopping the control plane' });
  const wasRunning = await stopControlProcess(dataFolder);
  report({
    step: 'control-plane',
    state: 'done',
    text: wasRunning ? 'the control plane is stopped' : 'no control plane was running',
  });
  const done: TakenDown = { controlPlane: wasRunning, containers: 0, networks: 0, volumes: 0, images: 0 };
  const installation = findInstallation(dataFolder);
  if (installation !== null) {
    const filters = { label: [`crane.instance=${installation}`] };
    done.containers = await removeContainers(request, filters);
    for (const network of await client.networks.list({ filters }, signal)) {
      await client.networks.remove(network.id, signal);
      done.networks += 1;
    }
    report({ step: 'networks', state: 'done', text: `${done.networks} network(s) removed` });
    if (isPurge) done.volumes = await removeVolumes(request, filters);
  }
  if (isPurge && !request.isKeepingImages) done.images = await removeImages(request);
  if (isPurge) {
    rmSync(dataFolder, { recursive: true, force: true });
    if (!request.isKeepingImages) rmSync(request.cacheFolder, { recursive: true, force: true });
    report({ step: 'data', state: 'done', text: `${dataFolder} removed` });
  }
  return done;
}

type Filters = { label: string[] };

async function removeContainers({ client, report, signal }: Request, filters: Filters): Promise<number> {
  const containers = await client.containers.list({ all: true, filters }, signal);
  report({ step: 'containers', state: 'started', text: `removing ${containers.length} container(s)` });
  await Promise.all(
    containers.map(async (container) => {
      if (container.state === 'running') await client.containers.stop(container.id, graceSeconds, signal);
      await client.containers.remove(container.id, { force: true, volumes: true }, signal);
    }),
  );
  report({ step: 'containers', state: 'done', text: `${containers.length} container(s) removed` });
  return containers.length;
}

async function removeVolumes({ client, report, signal }: Request, filters: Filters): Promise<number> {
  const volumes = await client.volumes.list({ filters }, signal);
  for (const volume of volumes) await client.volumes.remove(volume.name, signal);
  report({ step: 'volumes', state: 'done', text: `${volumes.length} volume(s) removed` });
  return volumes.length;
}

/** Images that a container of somebody else uses stay. */
async function removeImages({ client, imageTags, report, signal }: Request): Promise<number> {
  let removed = 0;
  for (const tag of imageTags) {
    if ((await client.images.find(tag, signal)) === null) continue;
    try {
      await client.images.remove(tag, {}, signal);
      removed += 1;
    } catch {
      report({
        step: 'images',
        state: 'progress',
        text: `${tag} is used by a container that is not of this Crane and stays`,
      });
    }
  }
  report({ step: 'images', state: 'done', text: `${removed} image(s) removed` });
  return removed;
}
