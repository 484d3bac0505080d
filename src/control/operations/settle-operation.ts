import { CraneError } from '../../core/error/crane-error.ts';
import type { ServiceStatus } from '../../core/plan/plan-service.ts';
import type { AppMemory } from '../app-memory.ts';
import { memoryOf, nextChange, tell } from '../control-state.ts';
import type { OperationContext, OperationKindRun } from './operation-kind.ts';
import { syncRules } from '../scaling/sync-rules.ts';

/** Stop, start and scale recorded their intent already: wait until the app is as wanted, showing what it waits for. */
export const settling: OperationKindRun = {
  carryOut: async (context) => {
    await waitSettled(context, context.state.deps.settings.deployTimeoutMs);
    return { result: null };
  },
  after: async ({ state, operation, app }) => {
    if (operation.kind !== 'scale') await syncRules(state);
    const text = { stop: 'stopped', start: 'started' } as const;
    if (operation.kind !== 'stop' && operation.kind !== 'start') return;
    const isDone = state.deps.store.operations.find({ kind: 'all' }, operation.id)?.status === 'succeeded';
    const verb = text[operation.kind];
    if (isDone) tell(state, app, `app.${verb}`, `${app.uniqueName} is ${verb}`);
  },
};

/** A look that began after this call tells the truth about what was asked before it. */
export function fromNowOn(memory: AppMemory): () => boolean {
  const before = memory.looks;
  return () => memory.seenLook > before;
}

/** Resolves once the plan of a look taken after this call began is settled. */
export async function waitSettled(context: OperationContext, timeoutMs: number): Promise<void> {
  const { state, app, signal, report } = context;
  const { clock } = state.deps;
  const memory = memoryOf(state, app);
  const began = clock.monotonic();
  const isSeen = fromNowOn(memory);
  let last = '';
  state.nudge(app.id);
  while (!signal.aborted) {
    if (isSeen() && memory.plan?.isSettled === true) return;
    const text = progressText(memory);
    if (isSeen() && text !== last) report('instances', 'progress', text);
    if (isSeen()) last = text;
    if (clock.monotonic() - began > timeoutMs) {
      throw new CraneError('deployment.timed_out', {
        message: `${app.uniqueName} is not as wanted after ${timeoutMs / 1000} s: ${text}.`,
        fix: `Look at: crane ps ${app.uniqueName}; crane logs ${app.uniqueName}`,
      });
    }
    await nextChange(state, app.id, 500, signal);
  }
  throw new CraneError('operation.cancelled', 'The operation was cancelled.');
}

/** How far the app is, in words, and what keeps it. */
export function progressText(memory: AppMemory): string {
  const trouble = memory.lookTrouble ?? memory.groundTrouble;
  const services = (memory.plan?.services ?? []).map(textOf);
  return [...services, ...(trouble === null ? [] : [trouble.error.message])].join(', ');
}

function textOf({ service, ready, desired, isSettled, reason }: ServiceStatus): string {
  return `${service} ${ready}/${desired}${isSettled || reason === null ? '' : ` (${reason})`}`;
}
