import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { HostFacts } from '../core/port/host-facts.ts';

/** Looks at this machine's own file system, each time anew: what a link points to may change. */
export function createHostFacts({
  docker,
  apiPort,
  routerPort,
  internalPort,
}: {
  docker: { dockerHost: string | undefined };
  apiPort: number;
  routerPort: number;
  internalPort: number;
}): HostFacts {
  const socket = /^unix:\/\/(\/.*)$/.exec(docker.dockerHost ?? '')?.[1];
  return {
    sockets: socket === undefined ? [] : [socket],
    ports: [apiPort, routerPort, internalPort],
    realPath,
  };
}

/** Of a path that is not there yet its folder counts. */
async function realPath(path: string): Promise<string | null> {
  if (!path.startsWith('/') || path.includes('\0')) return null;
  try {
    return await realpath(path);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing || dirname(path) === path) return null;
    const folder = await realPath(dirname(path));
    return folder === null ? null : join(folder, basename(path));
  }
}
