import { CraneError, toCraneError } from '../core/error/crane-error.ts';
import type { Operation, OperationEvent } from '../core/operation/operation.ts';
import type { App } from '../core/app/app.ts';
import type { ControlState } from './control-state.ts';
import { deleteOperation } from './operations/delete-operation.ts';
import { deployOperation } from './operations/deploy-operation.ts';
import { loadOperation } from './operations/load-operation.ts';
import { restartOperation } from './operations/restart-operation.ts';
import { settleOperation } from './operations/settle-operation.ts';

/** What carrying out an operation is given. */
export type OperationContext = {
  state: ControlState;
  operation: Operation;
  app: App;
  input: unknown;
  signal: AbortSignal;
  /** One line of progress, durable and live. */
  report: (
    step: string,
    progress: OperationEvent['state'],
    text: string,
    data?: Record<string, unknown>,
  ) => void;
};

/** Each kind is safe to run again from its beginning: after a crash an open operation simply runs once more. */
const carryOut: { [K in Operation['kind']]: (context: OperationContext) => Promise<unknown> } = {
  deploy: deployOperation,
  rollback: deployOperation,
  scale: settleOperation,
  stop: settleOperation,
  start: settleOperation,
  restart: restartOperation,
  delete: deleteOperation,
  load: loadOperation,
};

export type Operations = { wake(): void; cancel(id: string): void; stop(): Promise<void> };

export function runOperations(state: ControlState): Operations {
  const running = new Map<string, { abort: AbortController; done: Promise<void> }>();

  const wake = (): void => {
    if (state.signal.aborted) return;
    for (const operation of state.deps.store.operations.listOpen()) {
      if (running.has(operation.id)) continue;
      const abort = new AbortController();
      const done = run(state, operation, abort.signal).finally(() => running.delete(operation.id));
      running.set(operation.id, { abort, done });
    }
  };
  return {
    wake,
    cancel: (id) =>
      running.get(id)?.abort.abort(new CraneError('operation.cancelled', 'The operation was cancelled.')),
    stop: async () => {
      await Promise.allSettled([...running.values()].map((item) => item.done));
    },
  };
}

async function run(state: ControlState, operation: Operation, cancelled: AbortSignal): Promise<void> {
  const { store, clock, log } = state.deps;
  const app = store.apps.find({ kind: 'all' }, operation.appId);
  if (app === null) {
    store.operations.update(operation.id, {
      status: 'failed',
      endedAt: clock.now(),
      error: { code: 'app.not_found', message: 'The app is gone.' },
    });
    return;
  }
  const report: OperationContext['report'] = (step, progress, text, data = {}) => {
    store.operations.appendEvent({
      operationId: operation.id,
      at: clock.now(),
      step,
      state: progress,
      text,
      data,
    });
  };
  store.operations.update(operation.id, { status: 'running' });
  const signal = AbortSignal.any([cancelled, state.signal]);
  try {
    const result = await carryOut[operation.kind]({
      state,
      operation,
      app,
      input: store.operations.input(operation.id),
      signal,
      report,
    });
    store.operations.update(operation.id, {
      status: 'succeeded',
      endedAt: clock.now(),
      result: result ?? null,
    });
    report('end', 'done', `${operation.kind} succeeded`);
  } catch (thrown) {
    if (state.signal.aborted) return; // the process is going down; the next one runs it again
    const isCancelled = cancelled.aborted;
    const error = isCancelled
      ? new CraneError('operation.cancelled', 'The operation was cancelled.')
      : toCraneError(thrown);
    if (error.code === 'internal')
      log.error({ operation: operation.id, kind: operation.kind, err: thrown }, 'operation failed');
    const facts = {
      code: error.code,
      message: error.message,
      ...(error.facts.fix === undefined ? {} : { fix: error.facts.fix }),
    };
    store.operations.update(operation.id, {
      status: isCancelled ? 'cancelled' : 'failed',
      endedAt: clock.now(),
      error: facts,
    });
    report('end', 'failed', error.message, facts);
  }
}
