import type { OperationContext, OperationKindRun } from './operations/operation-kind.ts';
import type { App } from '../core/app/app.ts';
import { CraneError, toCraneError } from '../core/error/crane-error.ts';
import type { Operation } from '../core/operation/operation.ts';
import { memoryOf, type ControlState } from './control-state.ts';
import { build, pull } from './operations/build-operation.ts';
import { chaos } from './operations/chaos-operation.ts';
import { deletion } from './operations/delete-operation.ts';
import { deployment, restart } from './operations/deploy-operation.ts';
import { load } from './operations/load-operation.ts';
import { renaming } from './operations/rename-operation.ts';
import { settling } from './operations/settle-operation.ts';

const kinds: { [K in Operation['kind']]: OperationKindRun } = {
  deploy: deployment,
  rollback: deployment,
  restart,
  scale: settling,
  canary: settling,
  rename: renaming,
  stop: settling,
  start: settling,
  delete: deletion,
  load,
  chaos,
  build,
  pull,
};

export type Operations = { wake(): void; cancel(id: string): void; stop(): Promise<void> };
type Running = { operation: Operation; abort: AbortController; done: Promise<void> };

export function runOperations(state: ControlState): Operations {
  const running = new Map<string, Running>();

  const begin = (operation: Operation): void => {
    const abort = new AbortController();
    const others = kinds[operation.kind].isFinal === true ? giveWay(running, operation) : [];
    const done = Promise.allSettled(others)
      .then(() => run(state, operation, abort.signal))
      .catch((error: unknown) => {
        if (!state.signal.aborted)
          state.deps.log.error({ operation: operation.id, err: error }, 'an operation could not be recorded');
      })
      .finally(() => running.delete(operation.id));
    running.set(operation.id, { operation, abort, done });
  };
  return {
    wake: () => {
      if (state.signal.aborted) return;
      for (const operation of state.deps.store.operations.listOpen())
        if (!running.has(operation.id)) begin(operation);
    },
    cancel: (id) => {
      const found = running.get(id);
      if (found !== undefined && kinds[found.operation.kind].isFinal !== true)
        found.abort.abort(new CraneError('operation.cancelled', 'The operation was cancelled.'));
    },
    stop: async () => {
      await Promise.allSettled([...running.values()].map((item) => item.done));
    },
  };
}

/** Everything else that runs for the app is cancelled; gives what to wait for. */
function giveWay(running: ReadonlyMap<string, Running>, operation: Operation): Promise<void>[] {
  const others = [...running.values()].filter((item) => item.operation.appId === operation.appId);
  for (const { abort } of others)
    abort.abort(new CraneError('operation.cancelled', 'The app is being deleted.'));
  return others.map((item) => item.done);
}

async function run(state: ControlState, operation: Operation, cancelled: AbortSignal): Promise<void> {
  const { store, crashPoint } = state.deps;
  const app = store.apps.find({ kind: 'all' }, operation.appId);
  if (app === null) return endWithoutApp(state, operation);
  const kind = kinds[operation.kind];
  const context = createContext(state, operation, app, cancelled);
  if (kind.isDeployment === true) memoryOf(state, app).deployment = { isOpen: true, error: null };
  store.operations.update(operation.id, { status: 'running' });
  crashPoint('operation.begun');
  let error: CraneError | null = null;
  try {
    const { result, record } = await kind.carryOut(context);
    crashPoint('operation.before-end');
    end(context, { status: 'succeeded', result: result ?? null }, record);
  } catch (thrown) {
    // The process is going down; the next one runs it again.
    if (state.signal.aborted) return;
    error = describeFailure(context, cancelled, thrown);
    fail(context, kind, cancelled.aborted ? 'cancelled' : 'failed', error);
  }
  if (kind.isDeployment === true) {
    const memory = state.memories.get(app.id);
    if (memory !== undefined) memory.deployment = { isOpen: false, error: error?.message ?? null };
  }
  await kind.after?.(context);
  state.nudge(app.id);
}

function createContext(
  state: ControlState,
  operation: Operation,
  app: App,
  cancelled: AbortSignal,
): OperationContext {
  const { store, clock } = state.deps;
  return {
    state,
    operation,
    app,
    input: store.operations.input(operation.id),
    signal: AbortSignal.any([cancelled, state.signal]),
    report: (step, progress, text, data = {}) => {
      const event = { operationId: operation.id, at: clock.now(), step, state: progress, text, data };
      store.operations.appendEvent(event);
    },
  };
}

function describeFailure(
  { state, operation }: OperationContext,
  cancelled: AbortSignal,
  thrown: unknown,
): CraneError {
  if (cancelled.aborted) return toCraneError(cancelled.reason);
  const error = toCraneError(thrown);
  if (error.code === 'internal')
    state.deps.log.error({ operation: operation.id, kind: operation.kind, err: thrown }, 'operation failed');
  return error;
}

/** The end and what it changes are one transaction: after a crash an operation is either open or over, never between. */
function end(
  { state, operation, report }: OperationContext,
  change: Partial<Pick<Operation, 'status' | 'error' | 'result'>>,
  record: (() => void) | undefined,
): void {
  const { store, clock } = state.deps;
  store.transaction(() => {
    record?.();
    store.operations.update(operation.id, { ...change, endedAt: clock.now() });
    if (change.error === undefined || change.error === null)
      report('end', 'done', `${operation.kind} succeeded`);
    else report('end', 'failed', change.error.message, change.error);
  });
}

function fail(
  context: OperationContext,
  kind: OperationKindRun,
  status: 'failed' | 'cancelled',
  error: CraneError,
): void {
  const { fix } = error.facts;
  const facts = { code: error.code, message: error.message, ...(fix === undefined ? {} : { fix }) };
  end(context, { status, error: facts }, () => kind.undo?.(context, error));
}

/** Its app went away with its deletion, of which the end was not recorded, or by it. */
function endWithoutApp(state: ControlState, operation: Operation): void {
  const { store, clock } = state.deps;
  const isWhatWasWanted = operation.kind === 'delete';
  store.operations.update(operation.id, {
    status: isWhatWasWanted ? 'succeeded' : 'failed',
    endedAt: clock.now(),
    error: isWhatWasWanted ? null : { code: 'app.not_found', message: 'The app is gone.' },
  });
}
