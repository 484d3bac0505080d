import { CraneError } from '../../core/error/crane-error.ts';
import type { ServiceStatus } from '../../core/plan/plan-service.ts';
import { memoryOf, nextChange, tell } from '../control-state.ts';
import type { OperationContext } from '../run-operations.ts';

/** Stop, start and scale recorded their intent already: wait until the app is as wanted, showing what it waits for. */
export async function settleOperation(context: OperationContext): Promise<null> {
  const { state, operation, app } = context;
  await waitSettled(context);
  const told = { stop: 'app.stopped', start: 'app.started' } as const;
  if (operation.kind === 'stop' || operation.kind === 'start')
    tell(
      state,
      app,
      told[operation.kind],
      `${app.uniqueName} is ${operation.kind === 'stop' ? 'stopped' : 'started'}`,
    );
  return null;
}

/** Resolves once the plan of a look taken after this call began is settled. */
export async function waitSettled(context: OperationContext): Promise<void> {
  const { state, app, signal, report } = context;
  const { clock, settings } = state.deps;
  const memory = memoryOf(state, app.id);
  const began = clock.monotonic();
  memory.seenAt = null;
  let last = '';
  state.nudge(app.id);
  while (!signal.aborted) {
    const text = progressText(memory.plan?.services ?? []);
    if (memory.seenAt !== null && memory.plan !== null && memory.plan.isSettled) return;
    if (memory.seenAt !== null && text !== last) {
      last = text;
      report('instances', 'progress', text);
    }
    if (clock.monotonic() - began > settings.deployTimeoutMs) {
      throw new CraneError('deployment.timed_out', {
        message: `${app.uniqueName} is not as wanted after ${settings.deployTimeoutMs / 1000} s: ${text}.`,
        fix: `Look at: crane ps ${app.uniqueName}; crane logs ${app.uniqueName}`,
      });
    }
    await nextChange(state, app.id, 500, signal);
  }
  throw new CraneError('operation.cancelled', 'The operation was cancelled.');
}

export function progressText(services: readonly ServiceStatus[]): string {
  return services
    .map(
      (service) =>
        `${service.service} ${service.ready}/${service.desired}${service.isSettled || service.reason === null ? '' : ` (${service.reason})`}`,
    )
    .join(', ');
}
