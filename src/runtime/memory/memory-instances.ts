import { CraneError } from '../../core/error/crane-error.ts';
import type { Runtime } from '../../core/port/runtime.ts';
import type { InstanceSpec } from '../../core/service/engine-create.ts';
import type { ObservedInstance } from '../../core/service/instance.ts';
import { parsePortProtocol, type PublishedPort } from '../../core/service/published-port.ts';
import { isOwn, labels, readIdentity, readShares } from '../docker/docker-labels.ts';
import { notFound, type MemoryContainer, type MemoryEngine } from './memory-engine.ts';
import { endContainer, removeContainer, startContainer } from './memory-lifecycle.ts';

type InstanceCalls = Pick<
  Runtime,
  | 'observeInstances'
  | 'observeOneOffs'
  | 'createInstance'
  | 'inspectCreated'
  | 'startInstance'
  | 'stopInstance'
  | 'killInstance'
  | 'disturbInstance'
  | 'removeInstance'
>;

export function createMemoryInstances(engine: MemoryEngine, installation: string): InstanceCalls {
  const findOwn = (id: string): MemoryContainer | null => {
    const container = engine.containers.get(id);
    return container !== undefined && isOwn(container.labels, installation) ? container : null;
  };
  return {
    observeInstances: (app, signal) =>
      engine.answer('observeInstances', signal, () =>
        [...engine.containers.values()]
          .filter((container) => isOwn(container.labels, installation))
          .map(observe)
          .filter((each) => each !== null && (app === null || each.app === app))
          .filter((each) => each !== null),
      ),

    observeOneOffs: (app, signal) =>
      engine.answer('observeOneOffs', signal, () =>
        [...engine.containers.values()]
          .filter(
            (container) =>
              isOwn(container.labels, installation) &&
              container.labels[labels.run] !== undefined &&
              (app === null || container.labels[labels.app] === app),
          )
          .map((container) => ({
            id: container.id,
            name: container.name,
            app: container.labels[labels.app] ?? '',
            service: container.labels[labels.service] ?? '',
            createdAt: container.createdAt,
          })),
      ),

    createInstance: (spec, signal) =>
      engine.answer('createInstance', signal, () => {
        const existing = [...engine.containers.values()].find((container) => container.name === spec.name);
        if (existing === undefined)
          return { id: createContainer(engine, installation, spec).id, isAdopted: false };
        requireAdoptable(spec, existing, installation);
        for (const network of Object.keys(spec.moreNetworks))
          if (!existing.networks.has(network)) existing.networks.set(network, '');
        return { id: existing.id, isAdopted: true };
      }),

    inspectCreated: (id, signal) =>
      engine.answer('inspectCreated', signal, () => {
        const container = findOwn(id);
        if (container === null) return null;
        const { User, HostConfig } = container.create;
        return { ...(User === undefined ? {} : { User }), Privileges: HostConfig };
      }),

    startInstance: (id, signal) =>
      engine.answer('startInstance', signal, async () => {
        const container = findOwn(id);
        if (container === null) throw notFound(`Instance ${id}`);
        await startContainer(engine, container);
      }),

    stopInstance: (id, _graceMs, signal) =>
      engine.answer('stopInstance', signal, () => {
        const container = findOwn(id);
        if (container === null || !isAlive(container)) return;
        engine.emit(container, 'killed');
        endContainer(engine, container, { exitCode: 0 });
        engine.emit(container, 'stopped');
      }),

    killInstance: (id, signal) =>
      engine.answer('killInstance', signal, () => {
        const container = findOwn(id);
        if (container === null || !isAlive(container)) return;
        engine.emit(container, 'killed');
        endContainer(engine, container, { exitCode: 137 });
      }),

    disturbInstance: (id, act, signal) =>
      engine.answer('disturbInstance', signal, () => {
        const container = findOwn(id);
        if (container === null) return;
        if (act.kind === 'pause' && container.state === 'running') container.state = 'paused';
        if (act.kind === 'unpause' && container.state === 'paused') container.state = 'running';
        if (act.kind === 'pause' || act.kind === 'unpause') engine.emit(container, 'other');
      }),

    removeInstance: (id, signal) =>
      engine.answer('removeInstance', signal, () => {
        const container = findOwn(id);
        if (container !== null) removeContainer(engine, container);
      }),
  };
}

function isAlive(container: MemoryContainer): boolean {
  return container.state === 'running' || container.state === 'paused';
}

function createContainer(engine: MemoryEngine, installation: string, spec: InstanceSpec): MemoryContainer {
  const { create } = spec;
  const imageId = engine.tags.get(create.Image) ?? create.Image;
  if (!engine.images.has(imageId))
    throw new CraneError('image.not_found', {
      message: `Create container ${spec.name}: No such image: ${create.Image}`,
      fix: 'Deploy again, so that the image is resolved anew.',
    });
  const mode = create.HostConfig.NetworkMode ?? 'bridge';
  const first = Object.keys(create.NetworkingConfig?.EndpointsConfig ?? {});
  const isAlone = /^(?:none|host|default|bridge|container:.*)$/.test(mode);
  const networks = [...new Set([...first, ...(isAlone ? [] : [mode]), ...Object.keys(spec.moreNetworks)])];
  const container: MemoryContainer = {
    id: engine.nextId(),
    name: spec.name,
    labels: { ...create.Labels, [labels.installation]: installation },
    create: engine.twist?.(create) ?? create,
    imageId,
    state: 'created',
    health: 'none',
    exitCode: null,
    isOomKilled: false,
    createdAt: engine.clock.now(),
    startedAt: null,
    finishedAt: null,
    networks: new Map(networks.map((name) => [name, ''])),
    lines: [],
    files: new Map(),
    commands: [],
    run: 0,
  };
  engine.containers.set(container.id, container);
  engine.emit(container, 'created');
  return container;
}

function requireAdoptable(spec: InstanceSpec, existing: MemoryContainer, installation: string): void {
  if (!isOwn(existing.labels, installation))
    throw new CraneError('engine.conflict', {
      message: `A container named ${spec.name} exists already and is not this installation's.`,
      fix: 'Rename or remove it; Crane leaves it alone.',
    });
  if (existing.labels[labels.spec] !== spec.specHash)
    throw new CraneError(
      'engine.conflict',
      `The instance ${spec.name} exists already, made from other settings; it must be removed first.`,
    );
}

function observe(container: MemoryContainer): ObservedInstance | null {
  const identity = readIdentity(container.labels);
  if (identity === null) return null;
  return {
    ...identity,
    id: container.id,
    name: container.name,
    state: container.state,
    health: container.health,
    exitCode: container.state === 'exited' || container.state === 'dead' ? container.exitCode : null,
    isOomKilled: container.isOomKilled,
    startedAt: container.startedAt,
    finishedAt: container.finishedAt,
    createdAt: container.createdAt,
    specHash: container.labels[labels.spec] ?? '',
    ...readShares(container.labels),
    ...readPorts(container),
    imageId: container.imageId,
    addresses: Object.fromEntries(container.networks),
  };
}

/** Ports that the engine would choose are none here. */
function readPorts({ state, create }: MemoryContainer): { ports?: readonly PublishedPort[] } {
  const published = Object.entries(create.HostConfig.PortBindings ?? {}).flatMap(([inside, bindings]) => {
    const [port = '', name = ''] = inside.split('/');
    const protocol = parsePortProtocol(name) ?? 'tcp';
    return bindings
      .filter(({ HostPort }) => Number(HostPort) > 0)
      .map(({ HostIp, HostPort }) => ({
        port: Number(port),
        protocol,
        address: HostIp === '' ? '0.0.0.0' : HostIp,
        publishedPort: Number(HostPort),
      }));
  });
  return state !== 'running' || published.length === 0 ? {} : { ports: published };
}
