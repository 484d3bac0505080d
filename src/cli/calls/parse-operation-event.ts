/** One line of an operation's progress, as it comes in a stream. */
export type OperationEventView = {
  seq: number;
  at: number;
  step: string;
  state: 'started' | 'progress' | 'done' | 'failed';
  text: string;
  data: Record<string, unknown>;
};

const states: readonly OperationEventView['state'][] = ['started', 'progress', 'done', 'failed'];

/**
 * By hand: it is read while the engine works, with which a schema library would compete for the processor. Throws a `TypeError` for
 * what is none.
 */
export function parseOperationEvent(value: unknown): OperationEventView {
  if (typeof value === 'object' && value !== null) {
    const { seq, at, step, state, text, data }: Readonly<Record<string, unknown>> = { ...value };
    const known = states.find((each) => each === state);
    const isCounted = typeof seq === 'number' && typeof at === 'number';
    const isNamed = typeof step === 'string' && typeof text === 'string';
    if (isCounted && isNamed && known !== undefined && typeof data === 'object' && data !== null)
      return { seq, at, step, state: known, text, data: { ...data } };
  }
  throw new TypeError('the control plane sent an event of an operation that is none');
}
