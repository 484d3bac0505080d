import { z } from 'zod';
import { CraneError } from '../../../core/error/crane-error.ts';
import type { PullProgress } from '../../../core/port/runtime.ts';
import { buildImage, type BuildLine, type BuildRequest } from './build-image.ts';
import { imageDetails, imageSummary, type ImageDetails, type ImageSummary } from './object-reply.ts';
import { parseImageRef } from './parse-image-ref.ts';
import { readProgress, toPullProgress } from './progress.ts';
import { renderRegistryAuth } from './registry-auth.ts';
import type { RegistryCredentials } from './registry-credentials.ts';
import { enginePath, renderFilters, type Filters } from './request-path.ts';
import type { Transport } from './transport.ts';

export type ImagesApi = {
  list(request?: { filters?: Filters }, signal?: AbortSignal): Promise<ImageSummary[]>;
  /** By name, tag, digest or id. */
  inspect(name: string, signal?: AbortSignal): Promise<ImageDetails>;
  /** Null when the engine does not have it. */
  find(name: string, signal?: AbortSignal): Promise<ImageDetails | null>;
  /**
   * Pulls with the user's credentials for that registry. `image.not_found` when the registry does not have it,
   * `image.pull_failed` for every other refusal, `input.invalid` for a name that is none.
   */
  pull(
    request: { ref: string; platform?: string; onProgress?: (progress: PullProgress) => void },
    signal?: AbortSignal,
  ): Promise<void>;
  /** Builds from a tar with the engine's classic builder; the last line is `built`. `image.build_failed` with the builder's words. */
  build(request: BuildRequest, signal?: AbortSignal): AsyncIterable<BuildLine>;
  tag(name: string, newName: string, signal?: AbortSignal): Promise<void>;
  remove(name: string, request?: { force?: boolean }, signal?: AbortSignal): Promise<void>;
  /** The images as one tar. */
  save(names: readonly string[], signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** Loads a tar made by `save`; resolves to the names the engine reports. */
  load(tar: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<string[]>;
};

/** A registry that says nothing for so long has hung up. */
const pullIdleMs = 300_000;

export function createImagesApi(transport: Transport, credentials: RegistryCredentials | null): ImagesApi {
  const inspect: ImagesApi['inspect'] = (name, signal) =>
    transport.json(
      { what: `Inspect image ${name}`, method: 'GET', path: enginePath`/images/${name}/json`, signal },
      imageDetails,
    );
  return {
    list: ({ filters } = {}, signal) =>
      transport.json(
        {
          what: 'List images',
          method: 'GET',
          path: '/images/json',
          query: { filters: renderFilters(filters) },
          signal,
        },
        z.array(imageSummary),
      ),
    inspect,
    find: async (name, signal) => {
      try {
        return await inspect(name, signal);
      } catch (error) {
        if (error instanceof CraneError && error.code === 'engine.not_found') return null;
        throw error;
      }
    },
    pull: (request, signal) => pullImage(transport, credentials, request, signal),
    build: (request, signal) => buildImage(transport, credentials, request, signal),
    tag: async (name, newName, signal) => {
      const ref = parseImageRef(newName);
      await transport.send({
        what: `Tag image ${name} as ${newName}`,
        method: 'POST',
        path: enginePath`/images/${name}/tag`,
        query: { repo: ref.name, tag: ref.tag ?? undefined },
        signal,
      });
    },
    remove: async (name, { force = false } = {}, signal) => {
      await transport.send({
        what: `Remove image ${name}`,
        method: 'DELETE',
        path: enginePath`/images/${name}`,
        query: { force },
        isSlow: true,
        signal,
      });
    },
    save: (names, signal) =>
      transport.bytes({
        what: `Save image ${names.join(', ')}`,
        method: 'GET',
        path: '/images/get',
        query: { names },
        timeoutMs: 300_000,
        signal,
      }),
    load: (tar, signal) => loadImages(transport, tar, signal),
  };
}

async function pullImage(
  transport: Transport,
  credentials: RegistryCredentials | null,
  request: { ref: string; platform?: string; onProgress?: (progress: PullProgress) => void },
  signal?: AbortSignal,
): Promise<void> {
  const ref = parseImageRef(request.ref);
  const what = `Pull ${request.ref}`;
  const auth = (await credentials?.find(ref.registry, signal)) ?? null;
  try {
    const lines = transport.lines({
      what,
      method: 'POST',
      path: '/images/create',
      query: { fromImage: ref.name, tag: ref.digest ?? ref.tag ?? undefined, platform: request.platform },
      headers: { 'X-Registry-Auth': renderRegistryAuth(auth) },
      timeoutMs: pullIdleMs,
      idleTimeoutMs: pullIdleMs,
      signal,
    });
    for await (const line of readProgress(lines, what)) {
      const progress = toPullProgress(line);
      if (progress !== null) request.onProgress?.(progress);
    }
  } catch (error) {
    throw pullError(request.ref, error);
  }
}

/** The engine tells absence and refusal only in words. */
function pullError(ref: string, error: unknown): unknown {
  if (!(error instanceof CraneError)) return error;
  if (error.code !== 'engine.not_found' && error.code !== 'engine.failed' && error.code !== 'engine.conflict')
    return error;
  const isAbsent =
    error.code === 'engine.not_found' ||
    /manifest unknown|not found|does not exist|name unknown|access denied/i.test(error.message);
  return new CraneError(
    isAbsent ? 'image.not_found' : 'image.pull_failed',
    {
      message: error.message,
      fix: pullFix(ref, isAbsent, error.message),
    },
    { cause: error },
  );
}

function pullFix(ref: string, isAbsent: boolean, message: string): string {
  if (isAbsent)
    return `Check the name "${ref}", log in with \`docker login\` if it is private, or build it first.`;
  return /no basic auth|unauthorized|authentication required|incorrect username/i.test(message)
    ? 'Log in to the registry with `docker login`, then try again.'
    : 'Check the network and the registry, then try again; or build the image locally under this name.';
}

async function loadImages(
  transport: Transport,
  tar: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<string[]> {
  const what = 'Load images';
  const names: string[] = [];
  const lines = transport.lines({
    what,
    method: 'POST',
    path: '/images/load',
    query: { quiet: true },
    body: { bytes: tar, type: 'application/x-tar' },
    timeoutMs: 600_000,
    signal,
  });
  for await (const line of readProgress(lines, what)) {
    const name = /^Loaded image(?: ID)?: (.+?)\s*$/m.exec(line.stream)?.[1];
    if (name !== undefined) names.push(name);
  }
  return names;
}
