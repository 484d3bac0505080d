import type { LogLine, Runtime, RuntimeEvent } from '../../core/port/runtime.ts';
import { isOwn } from '../docker/docker-labels.ts';
import { closableStream } from '../docker/client/closable-stream.ts';
import { createEventQueue } from '../event-queue.ts';
import { unreachable, type MemoryContainer, type MemoryEngine } from './memory-engine.ts';

const maxWaiting = 1_000;

/** Logs and events of the model. Both end without an error when the signal aborts. */
export function createMemoryStreams(
  engine: MemoryEngine,
  installation: string,
): Pick<Runtime, 'logs' | 'watch'> {
  return {
    logs: (id, instance, request, signal) =>
      closableStream(signal, async function* (stop): AsyncIterable<LogLine> {
        if (stop.aborted) return;
        if (engine.isDown) throw unreachable('logs');
        const container = engine.containers.get(id);
        if (container === undefined || !isOwn(container.labels, installation)) return;
        let at = firstLine(container, request);
        for (;;) {
          for (; at < container.lines.length; at += 1) {
            const line = container.lines[at];
            if (line !== undefined) yield { instance, ...line };
          }
          const isOver = container.state !== 'running' || !engine.containers.has(id);
          if (!request.follow || isOver || stop.aborted) return;
          await untilWoken(engine, stop);
          if (engine.isDown) throw unreachable('logs');
        }
      }),

    watch: (signal) =>
      closableStream(signal, async function* (stop): AsyncIterable<RuntimeEvent> {
        const gap = (): RuntimeEvent => ({
          kind: 'reconnected',
          app: null,
          instance: null,
          id: null,
          at: engine.clock.now(),
        });
        const queue = createEventQueue<RuntimeEvent>(maxWaiting, gap);
        const listener = (told: { container: MemoryContainer; event: RuntimeEvent } | null): void => {
          if (told === null) queue.push(gap());
          else if (isOwn(told.container.labels, installation)) queue.push(told.event);
        };
        engine.listeners.add(listener);
        try {
          for (;;) {
            const event = await queue.next(stop);
            if (event === null) return;
            yield event;
          }
        } finally {
          engine.listeners.delete(listener);
        }
      }),
  };
}

function firstLine(
  container: MemoryContainer,
  request: { tail: number | null; sinceMs: number | null },
): number {
  const { tail, sinceMs } = request;
  const since = sinceMs === null ? 0 : container.lines.findIndex((line) => (line.at ?? 0) >= sinceMs);
  const first = since < 0 ? container.lines.length : since;
  return tail === null ? first : Math.max(first, container.lines.length - tail);
}

function untilWoken(engine: MemoryEngine, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      engine.wakers.delete(wake);
      stop.removeEventListener('abort', wake);
      resolve();
    };
    engine.wakers.add(wake);
    stop.addEventListener('abort', wake, { once: true });
  });
}
