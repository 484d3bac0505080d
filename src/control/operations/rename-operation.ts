import { CraneError } from '../../core/error/crane-error.ts';
import { memoryOf, nextChange } from '../control-state.ts';
import type { OperationContext, OperationKindRun } from './operation-kind.ts';
import { fromNowOn } from './settle-operation.ts';

/** The name is in the store already: over when the router serves the new hosts, so that whoever waits can call them. */
export const renaming: OperationKindRun = {
  carryOut: async (context) => {
    const { state, app, report, signal } = context;
    report('routes', 'started', `hosts of ${app.uniqueName}`);
    await waitPublished(context);
    try {
      await state.deps.proxy.confirm(signal);
      report('routes', 'done', `the router serves ${app.uniqueName}`);
    } catch (error) {
      signal.throwIfAborted();
      const why = error instanceof Error ? error.message : 'it does not answer';
      report('routes', 'progress', `published; the router could not be asked for it: ${why}`);
    }
    return { result: { uniqueName: app.uniqueName } };
  },
};

/** A look that began after this call has published what is wanted. */
async function waitPublished({ state, app, signal }: OperationContext): Promise<void> {
  const { clock, settings } = state.deps;
  const memory = memoryOf(state, app);
  const began = clock.monotonic();
  const isSeen = fromNowOn(memory);
  state.nudge(app.id);
  while (!signal.aborted) {
    if (isSeen()) return;
    if (clock.monotonic() - began > settings.deployTimeoutMs)
      throw new CraneError('deployment.timed_out', {
        message: `The hosts of ${app.uniqueName} were not published within ${settings.deployTimeoutMs / 1000} s: ${memory.lookTrouble?.error.message ?? 'the engine was not seen'}.`,
        fix: 'The name is changed, and the hosts follow as soon as they can. Look at: crane status',
      });
    await nextChange(state, app.id, 500, signal);
  }
  throw new CraneError('operation.cancelled', 'Waiting was cancelled; the name is changed.');
}
