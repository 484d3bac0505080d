import { CraneError } from '../../core/error/crane-error.ts';
import { allotAddress } from './memory-addresses.ts';
import { notFound, type MemoryBehaviour, type MemoryContainer, type MemoryEngine } from './memory-engine.ts';

/**
 *     created ──start──► running ──(ends, stop, kill, oom)──► exited ──start──► running …      any ──remove──► gone
 */
export async function startContainer(engine: MemoryEngine, container: MemoryContainer): Promise<void> {
  if (container.state === 'running') return;
  const behaviour = engine.images.get(container.imageId)?.behaviour ?? {};
  if (behaviour.startError !== undefined) {
    Object.assign(container, { exitCode: 128 });
    throw new CraneError('engine.failed', `Start container ${container.name}: ${behaviour.startError}`);
  }
  requireFreePorts(engine, container);
  const delayMs = behaviour.startDelayMs ?? engine.startDelayMs;
  if (delayMs > 0) await engine.clock.wait(delayMs);
  if (!engine.containers.has(container.id)) throw notFound(`Container ${container.name}`);
  joinNetworks(engine, container);
  const run = container.run + 1;
  Object.assign(container, {
    state: 'running',
    run,
    startedAt: engine.clock.now(),
    exitCode: null,
    isOomKilled: false,
    health: hasHealthcheck(engine, container) ? 'starting' : 'none',
  });
  for (const text of behaviour.prints ?? [`${container.name} started`])
    addLine(engine, container, 'stdout', text);
  engine.emit(container, 'started');
  schedule(engine, container, behaviour);
}

function joinNetworks(engine: MemoryEngine, container: MemoryContainer): void {
  for (const name of container.networks.keys()) {
    const network = engine.networks.get(name);
    if (network === undefined) throw notFound(`Network ${name}`);
    container.networks.set(name, allotAddress(engine, network));
  }
}

function hasHealthcheck(engine: MemoryEngine, container: MemoryContainer): boolean {
  const test = container.create.Healthcheck?.Test;
  if (test !== undefined) return test.length > 0 && test[0] !== 'NONE';
  return engine.images.get(container.imageId)?.hasHealthcheck ?? false;
}

/** What the image's behaviour brings by itself later, unless the container was started anew by then. */
function schedule(engine: MemoryEngine, container: MemoryContainer, behaviour: MemoryBehaviour): void {
  const { run } = container;
  const later = (afterMs: number, happen: () => void): void => {
    const isStill = (): boolean => container.run === run && container.state === 'running';
    if (afterMs <= 0) happen();
    else void engine.clock.wait(afterMs).then(() => isStill() && happen());
  };
  if (container.health === 'starting') {
    const { status, afterMs } = behaviour.health ?? { status: 'healthy' as const, afterMs: 0 };
    later(afterMs, () => setHealth(engine, container, status));
  }
  const { exits } = behaviour;
  if (exits !== undefined)
    later(exits.afterMs, () => endContainer(engine, container, { exitCode: exits.code }));
}

export function setHealth(
  engine: MemoryEngine,
  container: MemoryContainer,
  health: MemoryContainer['health'],
): void {
  container.health = health;
  engine.emit(container, 'health');
}

/** The process ends, for whatever reason. */
export function endContainer(
  engine: MemoryEngine,
  container: MemoryContainer,
  { exitCode, isOomKilled = false }: { exitCode: number; isOomKilled?: boolean },
): void {
  if (container.state !== 'running' && container.state !== 'paused') return;
  if (isOomKilled) engine.emit(container, 'oom');
  for (const name of container.networks.keys()) container.networks.set(name, '');
  Object.assign(container, { state: 'exited', exitCode, isOomKilled, finishedAt: engine.clock.now() });
  engine.emit(container, 'died');
}

export function removeContainer(engine: MemoryEngine, container: MemoryContainer): void {
  endContainer(engine, container, { exitCode: 137 });
  if (engine.containers.delete(container.id)) engine.emit(container, 'removed');
}

export function addLine(
  engine: MemoryEngine,
  container: MemoryContainer,
  stream: 'stdout' | 'stderr',
  text: string,
): void {
  container.lines.push({ stream, at: engine.clock.now(), text });
  for (const wake of engine.wakers) wake();
}

function requireFreePorts(engine: MemoryEngine, container: MemoryContainer): void {
  const wanted = publishedPorts(container);
  for (const other of engine.containers.values()) {
    if (other === container || other.state !== 'running') continue;
    const taken = publishedPorts(other).find((port) => wanted.includes(port));
    if (taken !== undefined)
      throw new CraneError('port.taken', {
        message: `The port ${taken} is in use already.`,
        fix: 'Publish another port, or stop what listens there.',
      });
  }
}

function publishedPorts(container: MemoryContainer): string[] {
  return Object.values(container.create.HostConfig.PortBindings ?? {})
    .flat()
    .filter(({ HostPort }) => HostPort !== '' && HostPort !== '0')
    .map(({ HostIp, HostPort }) => `${HostIp}:${HostPort}`);
}
