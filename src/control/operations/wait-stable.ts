import { CraneError } from '../../core/error/crane-error.ts';
import { instanceLabel } from '../../core/service/instance.ts';
import type { AppMemory } from '../app-memory.ts';
import { memoryOf, nextChange } from '../control-state.ts';
import type { OperationContext } from '../run-operations.ts';
import { progressText } from './settle-operation.ts';

/** So many failures of one service and the deployment is given up. */
const failuresAllowed = 2;
const lastLines = 20;

/**
 * Resolves when every service was ready and nothing failed for the monitor window. Rejects with the reason and the last
 * log lines when instances of the new release keep failing or the time is over.
 */
export async function waitStable(context: OperationContext, release: number): Promise<void> {
  const { state, app, signal, report } = context;
  const { clock, settings } = state.deps;
  const memory = memoryOf(state, app.id);
  const began = clock.monotonic();
  const failed = new Map<string, string>();
  let readySince: number | null = null;
  let last = '';
  memory.seenAt = null;
  state.nudge(app.id);
  while (!signal.aborted) {
    if (memory.seenAt !== null) {
      await noteFailures(context, memory, release, failed);
      if (failed.size >= failuresAllowed)
        throw failure(context, [...failed.values()].at(-1) ?? 'an instance failed');
      const stuck = [...memory.services.values()].find(
        (service) => service.failure !== null && service.failure.count >= failuresAllowed,
      )?.failure;
      if (stuck !== undefined && stuck !== null) throw stuck.error;
      const text = progressText(memory.plan?.services ?? []);
      if (text !== last) report('instances', 'progress', text);
      last = text;
      readySince = memory.plan?.isSettled === true ? (readySince ?? clock.monotonic()) : null;
      if (readySince !== null && clock.monotonic() - readySince >= settings.monitorMs) return;
      if (readySince === null && clock.monotonic() - began > settings.deployTimeoutMs)
        throw timeout(context, text);
    }
    const left =
      readySince === null ? 500 : Math.max(1, settings.monitorMs - (clock.monotonic() - readySince));
    await nextChange(state, app.id, Math.min(500, left), signal);
  }
  throw new CraneError('operation.cancelled', 'The deployment was cancelled.');
}

/** Collects each failed instance once, with its last log lines while they can still be read. */
async function noteFailures(
  { state }: OperationContext,
  memory: AppMemory,
  release: number,
  failed: Map<string, string>,
): Promise<void> {
  for (const item of memory.observed) {
    const isFailure =
      item.release === release &&
      (item.state === 'exited' || item.state === 'dead') &&
      memory.instances.get(item.id)?.busy !== 'retiring';
    if (
      !isFailure ||
      failed.has(item.id) ||
      (item.exitCode === 0 &&
        memory.plan?.services.find((each) => each.service === item.service)?.isCompleted === true)
    )
      continue;
    const why = item.isOomKilled
      ? 'was killed for exceeding its memory limit'
      : `exited with code ${item.exitCode ?? 'unknown'}`;
    failed.set(item.id, `${instanceLabel(item)} ${why}`);
    const lines: string[] = [];
    try {
      for await (const line of state.deps.runtime.logs(
        item.id,
        instanceLabel(item),
        { follow: false, tail: lastLines, sinceMs: null },
        state.signal,
      ))
        lines.push(line.text);
    } catch {
      continue; // gone already: the reason alone has to do
    }
    if (lines.length > 0)
      failed.set(item.id, `${instanceLabel(item)} ${why}; its last lines: ${lines.slice(-5).join(' | ')}`);
  }
}

function failure({ app }: OperationContext, text: string): CraneError {
  return new CraneError('deployment.failed', {
    message: `${app.uniqueName} did not become stable: ${text}`,
    fix: 'Mend the app and deploy again; what served before goes on serving.',
  });
}

function timeout({ state, app }: OperationContext, text: string): CraneError {
  return new CraneError('deployment.timed_out', {
    message: `${app.uniqueName} was not ready within ${state.deps.settings.deployTimeoutMs / 1000} s: ${text}`,
    fix: `Look at: crane logs ${app.uniqueName}`,
  });
}
