import { CraneError } from '../../core/error/crane-error.ts';
import type { ErrorCode } from '../../core/error/error-codes.ts';
import type { AppMemory, InstanceFailure, Trouble } from '../app-memory.ts';
import { memoryOf, nextChange } from '../control-state.ts';
import type { OperationContext } from './operation-kind.ts';
import { fromNowOn, progressText } from './settle-operation.ts';
import { requireCurrent } from './store-release.ts';

/** So many failures of the new release and the deployment is given up. */
const failuresAllowed = 2;
const lookEveryMs = 500;
/** Lines of a failed instance that its error shows. */
const linesShown = 5;
/** Faults of the engine, and of the policy engine, that pass: they are waited out. */
const passing: ReadonlySet<ErrorCode> = new Set([
  'engine.unreachable',
  'engine.timed_out',
  'timed_out',
  'policy.unavailable',
]);
/** Trying again changes nothing. */
const final: ReadonlySet<ErrorCode> = new Set(['instance.hook_failed', 'policy.denied']);

/**
 * Resolves when everything is as wanted, each instance was ready for the monitor window and none failed. Rejects with the
 * reason and the last log lines when instances of the new release keep failing, or when nothing more became ready for the
 * configured time.
 */
export async function waitStable(context: OperationContext, release: number): Promise<void> {
  const { state, app, signal, report } = context;
  const { clock, settings } = state.deps;
  const memory = memoryOf(state, app);
  const isSeen = fromNowOn(memory);
  const progress = { ready: 0, at: clock.monotonic() };
  /** Asked for at the end of the window: what was seen before may have changed without an event. */
  let isConfirmed: (() => boolean) | null = null;
  let last = '';
  state.nudge(app.id);
  while (!signal.aborted) {
    requireCurrent(context, release);
    if (await heldByPause(context, () => throwWhenHopeless(context, memory, release))) {
      progress.at = clock.monotonic();
      isConfirmed = null;
    }
    const text = progressText(memory);
    let waitMs = lookEveryMs;
    if (isSeen()) {
      throwWhenHopeless(context, memory, release);
      if (text !== last) report('instances', 'progress', text);
      last = text;
      const leftMs = stableAt(context, memory, release) - clock.monotonic();
      if (memory.plan?.isSettled !== true) isConfirmed = null;
      else if (leftMs > 0) waitMs = Math.min(waitMs, leftMs);
      else if (isConfirmed?.() === true) return;
      else if (isConfirmed === null) {
        isConfirmed = fromNowOn(memory);
        state.nudge(app.id);
      }
    }
    const ready = (memory.plan?.services ?? []).reduce((sum, service) => sum + service.ready, 0);
    if (ready > progress.ready) Object.assign(progress, { ready, at: clock.monotonic() });
    if (clock.monotonic() - progress.at > settings.deployTimeoutMs) throw timeout(context, text);
    await nextChange(state, app.id, waitMs, signal);
  }
  throw new CraneError('operation.cancelled', 'The deployment was cancelled.');
}

/** While the deployment is paused nothing counts but failures, and no time passes for it. Tells whether it was. */
async function heldByPause(
  { state, app, signal, report }: OperationContext,
  check: () => void,
): Promise<boolean> {
  const { pauses, users } = state.deps.store;
  let hasTold = false;
  for (;;) {
    const pause = pauses.find(app.id);
    if (pause === null || signal.aborted) break;
    check();
    if (!hasTold)
      report('instances', 'progress', `paused by ${users.find(pause.userId)?.name ?? 'somebody'}`);
    hasTold = true;
    await nextChange(state, app.id, lookEveryMs, signal);
  }
  if (hasTold && !signal.aborted) report('instances', 'progress', 'resumed');
  return hasTold;
}

/** The tick at which every instance that is there has been ready for its monitor window. */
function stableAt({ state, app }: OperationContext, memory: AppMemory, release: number): number {
  const services = state.releases.find(app, release)?.known;
  const times = memory.observed.flatMap((item) => {
    const since = memory.instances.get(item.id)?.readySince ?? null;
    const monitorMs = Math.max(state.deps.settings.monitorMs, services?.get(item.service)?.monitorMs ?? 0);
    return since === null ? [] : [since + monitorMs];
  });
  return Math.max(-Infinity, ...times);
}

function throwWhenHopeless(context: OperationContext, memory: AppMemory, release: number): void {
  const failures = memory.failures.filter((item) => item.release === release);
  const final = failures.find((item) => item.isFinal);
  if (final !== undefined) throw failure(context, final);
  const newest = failures.at(-1);
  if (newest !== undefined && failures.length >= failuresAllowed) throw failure(context, newest);
  for (const service of memory.services.values())
    if (service.failure?.release === release) throwWhenLasting(service.failure);
  if (memory.groundTrouble !== null) throwWhenLasting(memory.groundTrouble);
}

function throwWhenLasting({ error, count }: Trouble): void {
  if (final.has(error.code)) throw error;
  if (count >= failuresAllowed && !passing.has(error.code)) throw error;
}

function failure({ app }: OperationContext, { instance, text, lines }: InstanceFailure): CraneError {
  const shown = lines.slice(-linesShown).join(' | ');
  const words = shown === '' ? '' : `; its last lines: ${shown}`;
  return new CraneError('deployment.failed', {
    message: `${app.uniqueName} did not become stable: ${instance} ${text}${words}`,
    fix: 'Mend the app and deploy again; what served before goes on serving.',
  });
}

function timeout({ state, app }: OperationContext, text: string): CraneError {
  return new CraneError('deployment.timed_out', {
    message: `${app.uniqueName} was not ready within ${state.deps.settings.deployTimeoutMs / 1000} s: ${text}`,
    fix: `Look at: crane logs ${app.uniqueName}`,
  });
}
