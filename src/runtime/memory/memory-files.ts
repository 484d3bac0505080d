import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { CraneError } from '../../core/error/crane-error.ts';
import type { InstanceFiles } from '../../core/port/instance-files.ts';
import { checkArchive } from '../check-archive.ts';
import { isOwn } from '../docker/docker-labels.ts';
import { renderTar } from '../docker/render-tar.ts';
import type { MemoryContainer, MemoryEngine } from './memory-engine.ts';

/** The model has files and no folders but those they are in; the root and `/tmp` are always there. */
export function createMemoryFiles(engine: MemoryEngine, installation: string): InstanceFiles {
  const findOwn = (id: string): MemoryContainer => {
    const container = engine.containers.get(id);
    if (container !== undefined && isOwn(container.labels, installation)) return container;
    throw new CraneError('instance.not_running', `Instance ${id.slice(0, 12)} is not there.`);
  };
  return {
    async *readArchive(id, path) {
      const base = posix.join(path, '..');
      const files = [...findOwn(id).files.values()]
        .filter((file) => file.path === path || file.path.startsWith(`${path}/`))
        .map((file) => ({ ...file, path: posix.relative(base, file.path) }));
      if (files.length === 0) throw noPath(path);
      yield await renderTar(files, engine.clock.now());
    },
    async writeArchive(id, folder, tar) {
      const { files } = findOwn(id);
      const isThere =
        /^\/(tmp)?$/.test(folder) || [...files.keys()].some((path) => path.startsWith(`${folder}/`));
      if (!isThere) throw noPath(folder);
      const input = extract();
      Readable.from(checkArchive(tar), { objectMode: false })
        .on('error', (error) => input.destroy(error))
        .pipe(input);
      for await (const entry of input) {
        const path = posix.join(folder, entry.header.name);
        if (entry.header.type === 'file')
          files.set(path, { path, mode: entry.header.mode, text: await text(entry) });
        else entry.resume();
      }
    },
  };
}

function noPath(path: string): CraneError {
  return new CraneError('instance.path_not_found', `The instance has no such file or folder: "${path}".`);
}
