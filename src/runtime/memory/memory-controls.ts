import type { InstanceHealth } from '../../core/service/instance.ts';
import { parseImageRef } from '../docker/client/parse-image-ref.ts';
import {
  notFound,
  wakeAll,
  type MemoryBehaviour,
  type MemoryContainer,
  type MemoryEngine,
  type MemoryFault,
  type MemoryImage,
  type RuntimeCall,
} from './memory-engine.ts';
import { findContainer, leave } from './memory-ground.ts';
import { addLine, endContainer, removeContainer, setHealth } from './memory-lifecycle.ts';

export type MemoryImageRequest = {
  ref: string;
  exposedPorts?: readonly string[];
  user?: string;
  hasHealthcheck?: boolean;
  labels?: readonly string[];
  behaviour?: MemoryBehaviour;
};

/** The hands of a test, a person or fate on the model engine. Instances are named by id or name. */
export type MemoryControls = {
  /** Puts an image on the machine; resolves to its id. Adding the same reference again is a new image under the old name. */
  addImage(request: MemoryImageRequest): string;
  /** Puts it into the registry only, where a pull finds it. */
  publishImage(request: MemoryImageRequest): string;
  /** Pulls of this reference fail: the registry does not answer. */
  failPull(ref: string): void;
  /** Changes how containers of an image act from their next start on. */
  behave(ref: string, behaviour: MemoryBehaviour): void;
  /** The process ends by itself. */
  exit(instance: string, exitCode: number): void;
  runOutOfMemory(instance: string): void;
  setHealth(instance: string, health: InstanceHealth): void;
  /** What a person does with the docker command. */
  stopByHand(instance: string): void;
  removeByHand(instance: string): void;
  renameByHand(instance: string, name: string): void;
  pauseByHand(instance: string): void;
  disconnectByHand(instance: string, network: string): void;
  print(instance: string, stream: 'stdout' | 'stderr', text: string): void;
  /** From now on the engine makes something else of what it is told; null ends it. */
  twist(change: MemoryEngine['twist']): void;
  /** A container that is nobody's: only its name matters. */
  addForeignContainer(name: string): string;
  addForeignNetwork(name: string, subnet: string): void;
  addForeignVolume(name: string): void;
  fault(fault: MemoryFault): void;
  setLatency(ms: number, call?: RuntimeCall): void;
  /** Calls fail with `engine.unreachable` and events are lost, until it is back. */
  goDown(): void;
  comeBack(): void;
  /** Whether something runs at this address: what a probe would find. */
  isServing(address: string): boolean;
  containers(): readonly MemoryContainer[];
};

export function createMemoryControls(engine: MemoryEngine): MemoryControls {
  const find = (instance: string): MemoryContainer => {
    const container = findContainer(engine, instance);
    if (container === null) throw notFound(`Container ${instance}`);
    return container;
  };
  return {
    twist(change) {
      engine.twist = change;
    },
    addImage(request) {
      const image = makeImage(engine, request);
      engine.images.set(image.imageId, image);
      engine.tags.set(parseImageRef(request.ref).full, image.imageId);
      return image.imageId;
    },
    publishImage(request) {
      const image = makeImage(engine, request);
      const { full, name } = parseImageRef(request.ref);
      engine.registry.set(full, { ...image, repoDigests: [`${name}@${image.imageId}`] });
      return image.imageId;
    },
    failPull: (ref) => void engine.registry.set(parseImageRef(ref).full, 'failed'),
    behave(ref, behaviour) {
      const image = engine.images.get(engine.tags.get(parseImageRef(ref).full) ?? '');
      if (image === undefined) throw notFound(`Image ${ref}`);
      image.behaviour = behaviour;
    },
    exit: (instance, exitCode) => endContainer(engine, find(instance), { exitCode }),
    runOutOfMemory: (instance) => endContainer(engine, find(instance), { exitCode: 137, isOomKilled: true }),
    setHealth: (instance, health) => setHealth(engine, find(instance), health),
    stopByHand: (instance) => endContainer(engine, find(instance), { exitCode: 0 }),
    removeByHand: (instance) => removeContainer(engine, find(instance)),
    renameByHand(instance, name) {
      const container = find(instance);
      container.name = name;
      engine.emit(container, 'renamed');
    },
    pauseByHand(instance) {
      const container = find(instance);
      container.state = 'paused';
      engine.emit(container, 'other');
    },
    disconnectByHand: (instance, network) => leave(engine, find(instance), network),
    print: (instance, stream, text) => addLine(engine, find(instance), stream, text),
    ...foreignControls(engine),
    ...outageControls(engine),
    isServing: (address) =>
      [...engine.containers.values()].some(
        (container) => container.state === 'running' && [...container.networks.values()].includes(address),
      ),
    containers: () => [...engine.containers.values()],
  };
}

function foreignControls(
  engine: MemoryEngine,
): Pick<MemoryControls, 'addForeignContainer' | 'addForeignNetwork' | 'addForeignVolume'> {
  return {
    addForeignContainer(name) {
      const id = engine.nextId();
      engine.containers.set(id, {
        id,
        name,
        labels: {},
        create: { Image: '', Labels: {}, HostConfig: {} },
        imageId: '',
        state: 'running',
        health: 'none',
        exitCode: null,
        isOomKilled: false,
        createdAt: engine.clock.now(),
        startedAt: engine.clock.now(),
        finishedAt: null,
        networks: new Map(),
        lines: [],
        files: new Map(),
        commands: [],
        run: 1,
      });
      return id;
    },
    addForeignNetwork: (name, subnet) =>
      void engine.networks.set(name, { name, labels: {}, subnets: [subnet], isInternal: false }),
    addForeignVolume: (name) => void engine.volumes.set(name, { name, labels: {} }),
  };
}

function outageControls(
  engine: MemoryEngine,
): Pick<MemoryControls, 'fault' | 'setLatency' | 'goDown' | 'comeBack'> {
  return {
    fault: (fault) => void engine.faults.push(fault),
    setLatency: (ms, call) => void engine.latencyMs.set(call ?? 'all', ms),
    goDown() {
      engine.isDown = true;
      wakeAll(engine);
    },
    comeBack() {
      engine.isDown = false;
      for (const listener of engine.listeners) listener(null);
    },
  };
}

function makeImage(engine: MemoryEngine, request: MemoryImageRequest): MemoryImage {
  parseImageRef(request.ref);
  return {
    imageId: `sha256:${engine.nextId()}`,
    repoDigests: [],
    user: request.user ?? '65534:65534',
    exposedPorts: request.exposedPorts ?? [],
    hasHealthcheck: request.hasHealthcheck ?? false,
    labels: request.labels ?? [],
    environment: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    sizeBytes: 6_000_000,
    createdAt: engine.clock.now(),
    behaviour: request.behaviour ?? {},
  };
}
