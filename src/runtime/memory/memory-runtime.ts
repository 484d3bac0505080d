import type { Clock } from '../../core/port/clock.ts';
import type { Runtime } from '../../core/port/runtime.ts';
import { createMemoryBuilds } from './memory-builds.ts';
import { createMemoryCommands } from './memory-commands.ts';
import { createMemoryControls, type MemoryControls } from './memory-controls.ts';
import { createMemoryEngine, type MemoryEngine } from './memory-engine.ts';
import { createMemoryFiles } from './memory-files.ts';
import { createMemoryGround } from './memory-ground.ts';
import { createMemoryImages } from './memory-images.ts';
import { createMemoryInstances } from './memory-instances.ts';
import { createMemorySessions } from './memory-sessions.ts';
import { createMemoryStreams } from './memory-streams.ts';
import { createMemoryUsage, type UsageControls } from './memory-usage.ts';

export type MemoryRuntime = Runtime & {
  controls: MemoryControls;
  /** What the model's instances use is what a test says. */
  usage: UsageControls;
  engine: MemoryEngine;
};

/**
 * The runtime without an engine: a model that keeps names, labels, networks, addresses, health, exit codes, logs and events as the real
 * one does, passes the same contract suite, and can be made to fail. Give it another runtime's `engine` to be a second
 * installation, or Crane after a restart.
 */
export function createMemoryRuntime(
  request: { installation?: string } & ({ engine: MemoryEngine } | { clock: Clock; startDelayMs?: number }),
): MemoryRuntime {
  const installation = request.installation ?? 'memory';
  const engine = 'engine' in request ? request.engine : createMemoryEngine(request);
  const usage = createMemoryUsage(engine, installation);
  return {
    info: (signal) =>
      engine.answer('info', signal, () => ({
        version: 'model',
        apiVersion: '1.52',
        os: 'memory',
        architecture: 'none',
        cpus: 2,
        memoryBytes: 4 * 1024 ** 3,
      })),
    ...createMemoryInstances(engine, installation),
    ...createMemoryGround(engine, installation),
    ...createMemoryCommands(engine, installation),
    ...createMemoryImages(engine),
    ...createMemoryBuilds(engine),
    ...createMemoryStreams(engine, installation),
    ...createMemoryFiles(engine, installation),
    ...createMemorySessions(engine, installation),
    watchUsage: usage.watchUsage,
    countConnections: usage.countConnections,
    usage: usage.controls,
    controls: createMemoryControls(engine),
    engine,
  };
}
