import { CraneError } from '../../core/error/crane-error.ts';
import type { InstanceFiles } from '../../core/port/instance-files.ts';
import { checkArchive } from '../check-archive.ts';
import { isOwnId } from './find-own.ts';
import type { RuntimeContext } from './runtime-context.ts';

export function createFileCalls(context: RuntimeContext): InstanceFiles {
  const { client } = context;
  const requireOwn = async (id: string, signal?: AbortSignal): Promise<void> => {
    if (!(await isOwnId(context, id, signal))) throw gone(id);
  };
  return {
    async *readArchive(id, path, signal) {
      await requireOwn(id, signal);
      try {
        yield* client.containers.getArchive(id, path, signal);
      } catch (error) {
        throw inWords(error, id, path);
      }
    },
    async writeArchive(id, folder, tar, signal) {
      await requireOwn(id, signal);
      // The engine's connection only breaks when the archive is refused; the reason is kept here.
      let reason: unknown = null;
      const checked = (async function* () {
        try {
          yield* checkArchive(tar);
        } catch (error) {
          reason = error;
          throw error;
        }
      })();
      try {
        await client.containers.putArchive(id, folder, checked, signal);
      } catch (error) {
        throw reason ?? inWords(error, id, folder);
      }
    },
  };
}

function inWords(error: unknown, id: string, path: string): unknown {
  if (!(error instanceof CraneError)) return error;
  if (/no such container/i.test(error.message)) return gone(id, error);
  const shown = JSON.stringify(path.slice(0, 200));
  if (/read-only/i.test(error.message))
    return new CraneError(
      'instance.read_only',
      {
        message: `Nothing can be written to ${shown}: it is read-only.`,
        fix: 'Copy into a volume or a tmpfs.',
      },
      { cause: error },
    );
  if (error.code === 'engine.not_found' || /not a directory|no such file/i.test(error.message))
    return new CraneError(
      'instance.path_not_found',
      {
        message: `The instance has no such file or folder: ${shown}.`,
        fix: 'Write it absolute; parent folders are not made.',
      },
      { cause: error },
    );
  return error;
}

function gone(id: string, cause?: unknown): CraneError {
  return new CraneError(
    'instance.not_running',
    { message: `Instance ${id.slice(0, 12)} is not there.`, fix: 'Look at: crane ps' },
    { cause },
  );
}
