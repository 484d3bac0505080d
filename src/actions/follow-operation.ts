import type { Operation, OperationEvent } from '../core/operation/operation.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findOperation } from './cancel-operation.ts';

/** Progress of an operation is read at this pace; an operation has no listeners. */
const lookEveryMs = 150;

export type OperationNews = { kind: 'event'; event: OperationEvent } | { kind: 'end'; operation: Operation };

/** The events of an operation after number `after`, and last its end with the result. Ends early with `signal`. */
export async function* followOperation(
  deps: Pick<ActionDeps, 'store' | 'clock'>,
  actor: Actor,
  input: { id: string; after: number },
  signal: AbortSignal,
): AsyncIterable<OperationNews> {
  let seq = input.after;
  while (!signal.aborted) {
    // Read before the events: whatever was appended before the end is then among them.
    const operation = findOperation(deps, actor, input.id);
    for (const event of deps.store.operations.events(operation.id, seq)) {
      yield { kind: 'event', event };
      seq = event.seq;
    }
    if (operation.endedAt !== null) {
      yield { kind: 'end', operation };
      return;
    }
    await deps.clock.wait(lookEveryMs, signal);
  }
}
