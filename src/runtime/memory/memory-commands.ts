import { CraneError } from '../../core/error/crane-error.ts';
import type { Runtime } from '../../core/port/runtime.ts';
import { isOwn, labels } from '../docker/docker-labels.ts';
import { notFound, type MemoryContainer, type MemoryEngine } from './memory-engine.ts';
import { findContainer } from './memory-ground.ts';

/** Calls that reach into an instance of the model, and those that look for what is not its own. */
export function createMemoryCommands(
  engine: MemoryEngine,
  installation: string,
): Pick<Runtime, 'putFiles' | 'runCommand' | 'findForeign'> {
  const requireOwn = (id: string): MemoryContainer => {
    const container = engine.containers.get(id);
    if (container === undefined || !isOwn(container.labels, installation)) throw notFound(`Instance ${id}`);
    return container;
  };
  return {
    putFiles: (id, files, signal) =>
      engine.answer('putFiles', signal, () => {
        const container = requireOwn(id);
        for (const file of files) container.files.set(file.path, file);
      }),

    runCommand: (id, command, signal) =>
      engine.answer('runCommand', signal, () => {
        const container = requireOwn(id);
        if (container.state !== 'running')
          throw new CraneError('engine.conflict', `Container ${container.name} is not running.`);
        container.commands.push(command);
        const answers = engine.images.get(container.imageId)?.behaviour.answers ?? {};
        return { output: '', ...(answers[command.command[0] ?? ''] ?? { exitCode: 0 }) };
      }),

    findForeign: (kind, name, signal) =>
      engine.answer('findForeign', signal, () => {
        const found = {
          network: () => engine.networks.get(name),
          volume: () => engine.volumes.get(name),
          container: () => findContainer(engine, name),
        }[kind]();
        if (found === undefined || found === null) return null;
        const mine = isOwn(found.labels, installation);
        return { isOwn: mine, app: mine ? (found.labels[labels.app] ?? null) : null };
      }),
  };
}
