import type { LogLine } from '../core/port/runtime.ts';
import { advance, skipRead, type LogPosition } from '../core/service/log-position.ts';
import { instanceLabel, type ObservedInstance } from '../core/service/instance.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';
import { mergeStreams } from './merge-streams.ts';
import { requireService } from './restart-app.ts';

export type LogInput = {
  app: string;
  service?: string;
  follow: boolean;
  tail: number | null;
  sinceMs: number | null;
  /** Not after this time; only without `follow`. */
  untilMs: number | null;
  /** Where these instances' logs were read up to; they go on there, whatever `tail` and `sinceMs` say. */
  after: ReadonlyMap<string, LogPosition>;
};

/** How often a followed log looks for instances that appeared, or run again. */
const lookEveryMs = 500;

/** The logs of all instances, merged by time where it is known; a followed log takes in instances that appear later, and ends with its app. */
export async function* readLogs(
  deps: ActionDeps,
  actor: Actor,
  input: LogInput,
  signal: AbortSignal,
): AsyncIterable<LogLine> {
  const app = findApp(deps, actor, input.app);
  if (input.service !== undefined) requireService(deps, app, input.service);
  const select = async (): Promise<ObservedInstance[]> =>
    (await deps.runtime.observeInstances(app.engineName, signal)).filter(
      (item) => input.service === undefined || item.service === input.service,
    );
  const read = (item: ObservedInstance, from: Start): AsyncIterable<LogLine> => {
    const request = { follow: input.follow, ...(from.position === null ? from : resumed(from.position)) };
    return skipRead(
      deps.runtime.logs(
        item.id,
        instanceLabel(item),
        { follow: request.follow, tail: request.tail, sinceMs: request.sinceMs },
        signal,
      ),
      from.position,
    );
  };
  const first = (item: ObservedInstance): Start => ({
    tail: input.tail,
    sinceMs: input.sinceMs,
    position: input.after.get(instanceLabel(item)) ?? null,
  });
  if (!input.follow) {
    const { untilMs } = input;
    for await (const line of sortedLines((await select()).map((item) => read(item, first(item)))))
      if (untilMs === null || line.at === null || line.at <= untilMs) yield line;
    return;
  }
  yield* follow({ deps, appId: app.id, select, read, first }, signal);
}

/** From where on an instance is read. */
type Start = { tail: number | null; sinceMs: number | null; position: LogPosition | null };
const fromBegin: Start = { tail: null, sinceMs: null, position: null };

function resumed({ at }: LogPosition): { tail: null; sinceMs: number } {
  return { tail: null, sinceMs: at };
}

type Following = {
  deps: ActionDeps;
  appId: number;
  select: () => Promise<ObservedInstance[]>;
  read: (item: ObservedInstance, from: Start) => AsyncIterable<LogLine>;
  first: (item: ObservedInstance) => Start;
};

/** An instance that was stopped and runs again is read on where its log had ended. */
async function* follow(
  { deps, appId, select, read, first }: Following,
  signal: AbortSignal,
): AsyncIterable<LogLine> {
  const over = new AbortController();
  const known = new Map<string, { position: LogPosition | null; isOpen: boolean }>();
  async function* track(item: ObservedInstance, from: Start): AsyncIterable<LogLine> {
    const state = { position: from.position, isOpen: true };
    known.set(item.id, state);
    for await (const line of read(item, from)) {
      state.position = advance(state.position, line);
      yield line;
    }
    state.isOpen = false;
  }
  yield* mergeStreams<LogLine>(
    async function* (): AsyncIterable<AsyncIterable<LogLine>> {
      for (let isLate = false; !signal.aborted; isLate = true) {
        if (deps.store.apps.find({ kind: 'all' }, appId) === null) return over.abort();
        for (const item of await select()) {
          const before = known.get(item.id);
          if (before === undefined) yield track(item, isLate ? lateStart(first(item)) : first(item));
          else if (!before.isOpen && item.state === 'running')
            yield track(item, { ...fromBegin, position: before.position });
        }
        await deps.clock.wait(lookEveryMs, signal);
      }
    },
    AbortSignal.any([signal, over.signal]),
  );
}

/** Of an instance that appeared later everything is wanted that was not read before. */
function lateStart({ position }: Start): Start {
  return { ...fromBegin, position };
}

async function* sortedLines(streams: AsyncIterable<LogLine>[]): AsyncIterable<LogLine> {
  const lines = await Promise.all(streams.map(async (stream) => Array.fromAsync(stream)));
  yield* lines.flat().sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
}
