import type { RuntimeEvent } from '../../core/port/runtime.ts';
import type { EngineEvent } from './client/object-reply.ts';
import { isOwn, labels } from './docker-labels.ts';
import { createEventQueue } from '../event-queue.ts';
import type { InstanceObserver } from './observe-instances.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** Waiting time before the next attempt: 100 ms doubling to 5 s, each with up to half of it added at random. */
const backoff = { firstMs: 100, longestMs: 5_000 };
/** So many events may wait for a slow reader before they become one `reconnected`. */
const maxWaiting = 1_000;

/** Only what can matter; the checks inside containers make a great many `exec_*` events. */
const watched = [
  'create',
  'start',
  'die',
  'stop',
  'kill',
  'oom',
  'destroy',
  'health_status',
  'rename',
  'pause',
  'unpause',
  'restart',
  'update',
  'connect',
  'disconnect',
  'remove',
];

const kinds: Readonly<Record<string, RuntimeEvent['kind']>> = {
  create: 'created',
  start: 'started',
  die: 'died',
  stop: 'stopped',
  kill: 'killed',
  oom: 'oom',
  destroy: 'removed',
  health_status: 'health',
  rename: 'renamed',
};

export type WatchContext = RuntimeContext & {
  observer: InstanceObserver;
  now: () => number;
  wait: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** 0 up to 1. */
  random: () => number;
};

/**
 * The engine's events of this installation, until the signal aborts (then it ends without an error):
 *
 *     connecting ──open──► following ──lost──► waiting ──► connecting      `reconnected` after each opening that follows a gap
 *
 * The stream is read as fast as the engine sends, whatever the reader does, since it also tells which inspections no longer count.
 */
export async function* watchEvents(context: WatchContext, signal: AbortSignal): AsyncIterable<RuntimeEvent> {
  const queue = createEventQueue<RuntimeEvent>(maxWaiting, () => reconnected(context.now()));
  const stop = new AbortController();
  const stopBoth = AbortSignal.any([signal, stop.signal]);
  const following = follow(context, stopBoth, (event) => queue.push(event));
  try {
    for (;;) {
      const event = await queue.next(stopBoth);
      if (event === null) return;
      yield event;
    }
  } finally {
    stop.abort();
    await following;
  }
}

async function follow(
  context: WatchContext,
  signal: AbortSignal,
  push: (event: RuntimeEvent) => void,
): Promise<void> {
  let since = context.now();
  let failures = 0;
  for (let hasOpened = false; !signal.aborted;) {
    let isOpen = false;
    const onOpen = (): void => {
      isOpen = true;
      context.observer.startKeeping();
      if (hasOpened || failures > 0) push(reconnected(context.now()));
      hasOpened = true;
      failures = 0;
    };
    try {
      const events = context.client.system.events(
        { filters: { type: ['container', 'network'], event: watched }, sinceMs: since, onOpen },
        signal,
      );
      for await (const event of events) {
        // The engine repeats events of that very moment when it is asked again.
        since = Math.max(since, event.at + 0.001);
        const told = toRuntimeEvent(context, event);
        if (told !== null) push(told);
      }
    } catch {
      // The stream broke. Its absence shows in the gap; the looks at the engine tell what is wrong.
    } finally {
      if (isOpen) context.observer.stopKeeping();
    }
    if (signal.aborted) return;
    failures += 1;
    const delay = Math.min(backoff.firstMs * 2 ** (failures - 1), backoff.longestMs);
    await context.wait(delay * (1 + context.random() / 2), signal);
  }
}

function toRuntimeEvent(context: WatchContext, event: EngineEvent): RuntimeEvent | null {
  return event.type === 'network' ? networkEvent(context, event) : containerEvent(context, event);
}

function containerEvent(
  { installation, observer, own }: WatchContext,
  event: EngineEvent,
): RuntimeEvent | null {
  observer.forget(event.id);
  if (!isOwn(event.attributes, installation)) return null;
  const action = event.action.split(':')[0] ?? '';
  if (action === 'destroy') own.dropContainer(event.id);
  return {
    kind: kinds[action] ?? 'other',
    app: event.attributes[labels.app] ?? null,
    instance: event.attributes['name'] ?? null,
    id: event.id,
    at: Math.floor(event.at),
  };
}

/** Network events carry no labels: the app is that of the container or of the network, when either is known as own. */
function networkEvent({ observer, own }: WatchContext, event: EngineEvent): RuntimeEvent | null {
  const container = event.attributes['container'] ?? null;
  if (container !== null) observer.forget(container);
  const ofContainer = container === null ? null : own.appOfContainer(container);
  const network = event.attributes['name'] ?? '';
  const ofNetwork = own.appOfNetwork(network);
  if (ofContainer === null && ofNetwork === undefined) return null;
  return {
    kind: 'network',
    app: ofContainer ?? ofNetwork ?? null,
    instance: null,
    id: ofContainer === null ? null : container,
    network,
    at: Math.floor(event.at),
  };
}

function reconnected(at: number): RuntimeEvent {
  return { kind: 'reconnected', app: null, instance: null, id: null, at };
}
