import type { LogLine } from '../core/port/runtime.ts';
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
};

/** How often a followed log looks for instances that appeared since. */
const lookEveryMs = 500;

/** The logs of all instances, merged by time where it is known; a followed log takes in instances that appear later. */
export async function* readLogs(
  deps: ActionDeps,
  actor: Actor,
  input: LogInput,
  signal: AbortSignal,
): AsyncIterable<LogLine> {
  const app = findApp(deps, actor, input.app);
  if (input.service !== undefined) requireService(deps, app, input.service);
  const select = async (): Promise<ObservedInstance[]> =>
    (await deps.runtime.observeInstances(app.uniqueName, signal)).filter(
      (item) => input.service === undefined || item.service === input.service,
    );
  const read = (item: ObservedInstance, isLate: boolean): AsyncIterable<LogLine> =>
    deps.runtime.logs(
      item.id,
      instanceLabel(item),
      { follow: input.follow, tail: isLate ? null : input.tail, sinceMs: isLate ? null : input.sinceMs },
      signal,
    );
  if (!input.follow) {
    yield* sortedLines((await select()).map((item) => read(item, false)));
    return;
  }
  const known = new Set<string>();
  yield* mergeStreams<LogLine>(async function* (): AsyncIterable<AsyncIterable<LogLine>> {
    for (let isLate = false; !signal.aborted; isLate = true) {
      for (const item of await select()) {
        if (known.has(item.id)) continue;
        known.add(item.id);
        yield read(item, isLate);
      }
      await deps.clock.wait(lookEveryMs, signal);
    }
  }, signal);
}

async function* sortedLines(streams: AsyncIterable<LogLine>[]): AsyncIterable<LogLine> {
  const lines = await Promise.all(streams.map(async (stream) => Array.fromAsync(stream)));
  yield* lines.flat().sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
}
