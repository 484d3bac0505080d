import { CraneError } from '../../core/error/crane-error.ts';
import type { Runtime } from '../../core/port/runtime.ts';
import { isOwn, labels } from '../docker/docker-labels.ts';
import { allotAddress, chooseSubnet, doOverlap } from './memory-addresses.ts';
import { notFound, type MemoryContainer, type MemoryEngine, type MemoryNetwork } from './memory-engine.ts';

type GroundCalls = Pick<
  Runtime,
  | 'observeNetworks'
  | 'ensureNetwork'
  | 'removeNetwork'
  | 'removeIdleNetwork'
  | 'attach'
  | 'detach'
  | 'ensureVolume'
  | 'removeVolume'
>;

/** Networks and volumes of the model. */
export function createMemoryGround(engine: MemoryEngine, installation: string): GroundCalls {
  const findOwn = (name: string): MemoryNetwork | null => {
    const network = engine.networks.get(name);
    return network !== undefined && isOwn(network.labels, installation) ? network : null;
  };
  return {
    observeNetworks: (signal) =>
      engine.answer('observeNetworks', signal, () =>
        [...engine.networks.values()].map((network) => {
          const mine = isOwn(network.labels, installation);
          const app = mine ? (network.labels[labels.app] ?? null) : null;
          return { name: network.name, app, subnets: network.subnets, isOwn: mine };
        }),
      ),

    ensureNetwork: (spec, signal) =>
      engine.answer('ensureNetwork', signal, () => {
        const existing = engine.networks.get(spec.name);
        if (existing !== undefined) return requireOwn('network', existing, installation);
        const subnet = spec.subnet ?? chooseSubnet(engine);
        requireFreeSubnet(engine, spec.name, subnet);
        engine.networks.set(spec.name, {
          name: spec.name,
          subnets: [subnet],
          isInternal: spec.isInternal,
          labels: {
            ...spec.labels,
            [labels.installation]: installation,
            ...(spec.app === null ? {} : { [labels.app]: spec.app }),
          },
        });
      }),

    removeNetwork: (name, signal) =>
      engine.answer('removeNetwork', signal, () => {
        if (findOwn(name) === null) return;
        for (const container of engine.containers.values()) leave(engine, container, name);
        engine.networks.delete(name);
      }),

    removeIdleNetwork: (name, except, signal) =>
      engine.answer('removeIdleNetwork', signal, () => {
        if (findOwn(name) === null) return true;
        const joined = [...engine.containers.values()].filter((container) => container.networks.has(name));
        const isUsed = ({ name: own, state }: MemoryContainer): boolean =>
          own !== except && (state === 'running' || state === 'paused');
        if (joined.some(isUsed)) return false;
        for (const container of joined) leave(engine, container, name);
        engine.networks.delete(name);
        return true;
      }),

    attach: (containerName, networkName, signal) =>
      engine.answer('attach', signal, () => {
        const network = findOwn(networkName);
        if (network === null) throw notFound(`Network ${networkName} of this installation`);
        const container = findContainer(engine, containerName);
        if (container === null) throw notFound(`Container ${containerName}`);
        if (container.networks.has(networkName)) return;
        const address = container.state === 'running' ? allotAddress(engine, network) : '';
        container.networks.set(networkName, address);
        engine.emitNetwork(container);
      }),

    detach: (containerName, networkName, signal) =>
      engine.answer('detach', signal, () => {
        const container = findContainer(engine, containerName);
        if (findOwn(networkName) !== null && container !== null) leave(engine, container, networkName);
      }),

    ensureVolume: (spec, signal) =>
      engine.answer('ensureVolume', signal, () => {
        const existing = engine.volumes.get(spec.name);
        if (existing !== undefined) return requireOwn('volume', existing, installation);
        const own = { [labels.installation]: installation, [labels.app]: spec.app };
        engine.volumes.set(spec.name, { name: spec.name, labels: { ...spec.labels, ...own } });
      }),

    removeVolume: (name, signal) =>
      engine.answer('removeVolume', signal, () => {
        const volume = engine.volumes.get(name);
        if (volume === undefined || !isOwn(volume.labels, installation)) return;
        const user = [...engine.containers.values()].find(
          ({ create: { HostConfig: host } }) =>
            (host.Mounts ?? []).some(({ Source }) => Source === name) ||
            (host.Binds ?? []).some((bind) => bind.startsWith(`${name}:`)),
        );
        if (user !== undefined)
          throw new CraneError('engine.conflict', `Remove volume ${name}: ${user.name} uses it.`);
        engine.volumes.delete(name);
      }),
  };
}

export function findContainer(engine: MemoryEngine, nameOrId: string): MemoryContainer | null {
  const named = [...engine.containers.values()].find((container) => container.name === nameOrId);
  return named ?? engine.containers.get(nameOrId) ?? null;
}

export function leave(engine: MemoryEngine, container: MemoryContainer, network: string): void {
  if (container.networks.delete(network)) engine.emitNetwork(container);
}

function requireOwn(
  what: string,
  { name, labels: found }: { name: string; labels: Readonly<Record<string, string>> },
  installation: string,
): void {
  if (isOwn(found, installation)) return;
  throw new CraneError('engine.conflict', {
    message: `A ${what} named ${name} exists already and is not this installation's.`,
    fix: `Remove it, or give the app's ${what} another name.`,
  });
}

function requireFreeSubnet(engine: MemoryEngine, name: string, subnet: string): void {
  const other = [...engine.networks.values()].find((network) =>
    network.subnets.some((used) => doOverlap(used, subnet)),
  );
  if (other !== undefined)
    throw new CraneError('engine.conflict', {
      message: `Create network ${name}: ${subnet} overlaps with network ${other.name}.`,
      fix: 'Choose another subnet; a network on this machine uses it already.',
    });
}
