import type { App } from '../../core/app/app.ts';
import type { CraneError } from '../../core/error/crane-error.ts';
import type { Operation, OperationEvent } from '../../core/operation/operation.ts';
import { type ControlState } from '../control-state.ts';

/** What carrying out an operation is given. */
export type OperationContext = {
  state: ControlState;
  operation: Operation;
  app: App;
  input: unknown;
  signal: AbortSignal;
  /** Ends when nothing is made ahead of its release any more. */
  early?: Promise<void>;
  /** One line of progress, durable and live. */
  report: (
    step: string,
    progress: OperationEvent['state'],
    text: string,
    data?: Record<string, unknown>,
  ) => void;
};

/** How an operation ended well; `record` runs in the transaction that stores the end. */
export type Done = { result: unknown; record?: () => void };

/**
 * One kind of operation. `carryOut` is safe to run again from its beginning: after a crash an open operation simply runs once
 * more. What must be true together with its end belongs into `record` and `undo`.
 */
export type OperationKindRun = {
  carryOut: (context: OperationContext) => Promise<Done>;
  /** In the transaction that stores the failure. */
  undo?: (context: OperationContext, error: CraneError) => void;
  /** After either end. */
  after?: (context: OperationContext) => Promise<void>;
  /** What it does cannot be taken back, so it cannot be cancelled; others of the app make way for it. */
  isFinal?: true;
  /** It decides what the app's state is called. */
  isDeployment?: true;
};
