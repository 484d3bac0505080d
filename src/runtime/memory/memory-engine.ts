import { CraneError } from '../../core/error/crane-error.ts';
import type { Clock } from '../../core/port/clock.ts';
import type {
  FileContent,
  ImageFacts,
  InstanceCommand,
  LogLine,
  Runtime,
  RuntimeEvent,
} from '../../core/port/runtime.ts';
import type { EngineCreate } from '../../core/service/engine-create.ts';
import type { InstanceHealth, InstanceState } from '../../core/service/instance.ts';

/** A container of the model. Everything an inspection of a real one would tell, as far as Crane reads it. */
export type MemoryContainer = {
  id: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  create: EngineCreate;
  imageId: string;
  state: InstanceState;
  health: InstanceHealth;
  exitCode: number | null;
  isOomKilled: boolean;
  createdAt: number;
  startedAt: number | null;
  finishedAt: number | null;
  /** Network name → address; empty while it does not run. */
  networks: Map<string, string>;
  lines: Omit<LogLine, 'instance'>[];
  /** What was written into it, by path. */
  files: Map<string, FileContent>;
  /** Commands that were run in it. */
  commands: InstanceCommand[];
  /** Grows with each start, so that what an earlier run had planned no longer counts. */
  run: number;
};

export type MemoryNetwork = {
  name: string;
  labels: Readonly<Record<string, string>>;
  subnets: readonly string[];
  isInternal: boolean;
};
export type MemoryVolume = { name: string; labels: Readonly<Record<string, string>> };

/** How the containers of an image act; the default serves until it is stopped. */
export type MemoryBehaviour = {
  /** From the call to a running process. */
  startDelayMs?: number;
  /** The engine refuses to start it, with these words. */
  startError?: string;
  /** It ends by itself. */
  exits?: { code: number; afterMs: number };
  /** What its health check says, and when; only with a health check. Default healthy at once. */
  health?: { status: 'healthy' | 'unhealthy'; afterMs: number };
  prints?: readonly string[];
  /** How a command in it ends, by its first word; default: with code 0 and no word. */
  answers?: Readonly<Record<string, { exitCode: number; output?: string }>>;
};

export type MemoryImage = ImageFacts & { behaviour: MemoryBehaviour };

export type RuntimeCall = Exclude<
  keyof Runtime,
  'readArchive' | 'writeArchive' | 'logs' | 'watch' | 'watchUsage' | 'saveImage' | 'buildImage'
>;
export type MemoryFault = {
  call: RuntimeCall;
  /** `before`: nothing happens. `after`: it is done, then the reply is lost. */
  when: 'before' | 'after';
  /** Default: `engine.unreachable`, the connection was lost. */
  error?: CraneError;
  /** Default 1. */
  times?: number;
};

/** The model engine's whole state: several runtimes (installations, or Crane after a restart) can share one. */
export type MemoryEngine = {
  clock: Clock;
  containers: Map<string, MemoryContainer>;
  networks: Map<string, MemoryNetwork>;
  volumes: Map<string, MemoryVolume>;
  /** Local images by id, and what names them. */
  images: Map<string, MemoryImage>;
  tags: Map<string, string>;
  /** What a pull finds: an image, or why it fails. */
  registry: Map<string, MemoryImage | 'failed'>;
  faults: MemoryFault[];
  latencyMs: Map<RuntimeCall | 'all', number>;
  isDown: boolean;
  /** What becomes of a payload; null = what it says. */
  twist: ((create: EngineCreate) => EngineCreate) | null;
  startDelayMs: number;
  /** 64 hexadecimal digits, never the same twice. */
  nextId(): string;
  emit(container: MemoryContainer, kind: RuntimeEvent['kind']): void;
  emitNetwork(container: MemoryContainer): void;
  /** Told of every event, and of the end of a gap (`null`). */
  listeners: Set<(told: { container: MemoryContainer; event: RuntimeEvent } | null) => void>;
  /** Woken by each new log line and each change of a state. */
  wakers: Set<() => void>;
  /** Runs `effect` as the engine's answer to `call`: latency, outages and faults come first. */
  answer<T>(call: RuntimeCall, signal: AbortSignal | undefined, effect: () => T | Promise<T>): Promise<T>;
};

export function createMemoryEngine({
  clock,
  startDelayMs = 0,
}: {
  clock: Clock;
  startDelayMs?: number;
}): MemoryEngine {
  let number = 0;
  const engine: MemoryEngine = {
    clock,
    containers: new Map(),
    networks: new Map(),
    volumes: new Map(),
    images: new Map(),
    tags: new Map(),
    registry: new Map(),
    faults: [],
    latencyMs: new Map(),
    isDown: false,
    twist: null,
    startDelayMs,
    nextId: () => (number += 1).toString(16).padStart(64, '0'),
    listeners: new Set(),
    wakers: new Set(),
    emit: (container, kind) => tell(engine, container, kind),
    emitNetwork: (container) => tell(engine, container, 'network'),
    answer: (call, signal, effect) => answerCall(engine, call, signal, effect),
  };
  return engine;
}

function tell(engine: MemoryEngine, container: MemoryContainer, kind: RuntimeEvent['kind']): void {
  wakeAll(engine);
  // The engine is out of reach, not stopped: what happens meanwhile is never told.
  if (engine.isDown) return;
  const event: RuntimeEvent = {
    kind,
    app: container.labels['crane.app'] ?? null,
    instance: kind === 'network' ? null : container.name,
    id: container.id,
    at: engine.clock.now(),
  };
  for (const listener of engine.listeners) listener({ container, event });
}

export function wakeAll(engine: MemoryEngine): void {
  for (const wake of engine.wakers) wake();
}

async function answerCall<T>(
  engine: MemoryEngine,
  call: RuntimeCall,
  signal: AbortSignal | undefined,
  effect: () => T | Promise<T>,
): Promise<T> {
  throwIfAborted(call, signal);
  const latency = engine.latencyMs.get(call) ?? engine.latencyMs.get('all') ?? 0;
  if (latency > 0) await engine.clock.wait(latency, signal);
  throwIfAborted(call, signal);
  if (engine.isDown) throw unreachable(call);
  const fault = takeFault(engine, call);
  if (fault?.when === 'before') throw fault.error ?? unreachable(call);
  const result = await effect();
  if (fault?.when === 'after') throw fault.error ?? unreachable(call);
  return result;
}

function takeFault(engine: MemoryEngine, call: RuntimeCall): MemoryFault | null {
  const index = engine.faults.findIndex((fault) => fault.call === call);
  const fault = engine.faults[index];
  if (fault === undefined) return null;
  const left = (fault.times ?? 1) - 1;
  if (left <= 0) engine.faults.splice(index, 1);
  else engine.faults[index] = { ...fault, times: left };
  return fault;
}

export function throwIfAborted(what: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted === true)
    throw new CraneError('operation.cancelled', `${what}: cancelled.`, { cause: signal.reason });
}

export function unreachable(what: string): CraneError {
  return new CraneError('engine.unreachable', {
    message: `${what}: the model engine is not reachable.`,
    fix: 'Start it again.',
    retryAfterSeconds: 5,
  });
}

export function notFound(what: string): CraneError {
  return new CraneError('engine.not_found', `${what} does not exist.`);
}
