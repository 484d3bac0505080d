import { parseBuiltImageName } from '../core/build/built-image-name.ts';
import { CraneError, toCraneError } from '../core/error/crane-error.ts';
import type { EngineClient } from '../runtime/docker/client/engine-client.ts';
import { stopControlProcess } from './control-process.ts';
import { removeCacheFolder, removeDataFolder } from './data-folder.ts';
import { findInstallation } from './installation.ts';
import type { Report } from './progress.ts';
import { memoryFolders, removeSecretFiles } from './secret-files.ts';

type Request = {
  client: EngineClient;
  dataFolder: string;
  cacheFolder: string;
  /** First part of the names of what apps built. */
  prefix: string;
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
 * volumes, its data and the platform's images. Only objects with this installation's label are touched. What was asked
 * for in apps stays in the data folder, so that the next `up` brings them back.
 */
export async function takeDown(request: Request): Promise<TakenDown> {
  const { dataFolder, report, isPurge } = request;
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
    done.networks = await removeNetworks(request, filters);
    // Nothing has them mounted any more; the next start lays them again.
    await removeSecretFiles({ folders: memoryFolders(request.client.where), installation });
    if (isPurge) done.volumes = await removeVolumes(request, filters);
  }
  // With the data go the apps, and nobody could say any more what was built for which.
  if (isPurge) done.images = await removeImages(request, await builtImages(request), 'built image(s)');
  if (isPurge && !request.isKeepingImages)
    done.images += await removeImages(request, request.imageTags, 'image(s)');
  if (isPurge) removeData(request);
  return done;
}

type Filters = { label: string[] };

async function removeContainers({ client, report, signal }: Request, filters: Filters): Promise<number> {
  const containers = await client.containers.list({ all: true, filters }, signal);
  report({ step: 'containers', state: 'started', text: `removing ${containers.length} container(s)` });
  await Promise.all(
    containers.map(({ id, state }) =>
      unlessGone(async () => {
        if (state === 'running') await client.containers.stop(id, graceSeconds, signal);
        await client.containers.remove(id, { force: true, volumes: true }, signal);
      }),
    ),
  );
  report({ step: 'containers', state: 'done', text: `${containers.length} container(s) removed` });
  return containers.length;
}

async function removeNetworks({ client, report, signal }: Request, filters: Filters): Promise<number> {
  const networks = await client.networks.list({ filters }, signal);
  for (const { id, name } of networks) {
    await unlessGone(() => client.networks.remove(id, signal)).catch((error: unknown) => {
      throw stillUsed(error, name);
    });
  }
  report({ step: 'networks', state: 'done', text: `${networks.length} network(s) removed` });
  return networks.length;
}

async function removeVolumes({ client, report, signal }: Request, filters: Filters): Promise<number> {
  const volumes = await client.volumes.list({ filters }, signal);
  for (const { name } of volumes) await unlessGone(() => client.volumes.remove(name, signal));
  report({ step: 'volumes', state: 'done', text: `${volumes.length} volume(s) removed` });
  return volumes.length;
}

/** Names of the images that apps of this installation were built to. */
async function builtImages({ client, prefix, signal }: Request): Promise<string[]> {
  const images = await client.images.list({}, signal);
  return images.flatMap(({ tags }) => tags.filter((tag) => parseBuiltImageName(prefix, tag) !== null));
}

/** Images that a container of somebody else uses stay. */
async function removeImages(
  { client, report, signal }: Request,
  names: readonly string[],
  what: string,
): Promise<number> {
  let removed = 0;
  for (const tag of names) {
    if ((await client.images.find(tag, signal)) === null) continue;
    try {
      await client.images.remove(tag, {}, signal);
      removed += 1;
    } catch (error) {
      if (toCraneError(error).code !== 'engine.conflict') throw error;
      report({
        step: 'images',
        state: 'progress',
        text: `${tag} is used by a container that is not of this Crane and stays`,
      });
    }
  }
  if (names.length > 0) report({ step: 'images', state: 'done', text: `${removed} ${what} removed` });
  return removed;
}

function removeData({ dataFolder, cacheFolder, isKeepingImages, report }: Request): void {
  const tell = (folder: string, left: readonly string[]): void =>
    report({
      step: 'data',
      state: 'done',
      text:
        left.length === 0
          ? `${folder} removed`
          : `${folder} stays: ${left.slice(0, 3).join(', ')}${left.length > 3 ? ', …' : ''} in it is not of Crane`,
    });
  tell(dataFolder, removeDataFolder(dataFolder));
  if (!isKeepingImages) tell(cacheFolder, removeCacheFolder(cacheFolder));
}

/** Removed meanwhile, or just being removed, is as good. */
async function unlessGone(remove: () => Promise<unknown>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    const { code, message } = toCraneError(error);
    const isGoing =
      code === 'engine.conflict' && /removal of container .* is already in progress/i.test(message);
    if (code !== 'engine.not_found' && !isGoing) throw error;
  }
}

function stillUsed(error: unknown, network: string): unknown {
  const failure = toCraneError(error);
  if (!/active endpoints/i.test(failure.message)) return error;
  return new CraneError(
    'engine.conflict',
    {
      message: `The network ${network} is still used by a container that is not of this Crane.`,
      fix: `See which: docker network inspect ${network}; disconnect it and run crane down again.`,
    },
    { cause: error },
  );
}
