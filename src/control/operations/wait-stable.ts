import { durationMs } from '../../core/compose/duration.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import type { ErrorCode } from '../../core/error/error-codes.ts';
import type { AppMemory, InstanceFailure, Trouble } from '../app-memory.ts';
import { memoryOf, nextChange } from '../control-state.ts';
import type { OperationContext } from '../run-operations.ts';
import { fromNowOn, progressText } from './settle-operation.ts';
import { requireCurrent } from './store-release.ts';

/** So many failures of the new release and the deployment is given up. */
const failuresAllowed = 2;
/** Lines of a failed instance that its error shows. */
const linesShown = 5;
/** Faults of the engine that pass: they are waited out. */
const passing: ReadonlySet<ErrorCode> = new Set(['engine.unreachable', 'engine.timed_out', 'timed_out']);

/**
 * Resolves when every service was ready and nothing failed for the monitor window. Rejects with the reason and the last
 * log lines when instances of the new release keep failing or the time is over.
 */
export async function waitStable(context: OperationContext, release: number): Promise<void> {
  const { state, app, signal, report } = context;
  const { clock, settings } = state.deps;
  const memory = memoryOf(state, app);
  const began = clock.monotonic();
  const isSeen = fromNowOn(memory);
  const monitorMs = monitorOf(context, release);
  let readySince: number | null = null;
  let last = '';
  state.nudge(app.id);
  while (!signal.aborted) {
    requireCurrent(context, release);
    const text = progressText(memory);
    if (isSeen()) {
      throwWhenHopeless(context, memory, release);
      if (text !== last) report('instances', 'progress', text);
      last = text;
      readySince = memory.plan?.isSettled === true ? (readySince ?? clock.monotonic()) : null;
      if (readySince !== null && clock.monotonic() - readySince >= monitorMs) return;
    }
    if (readySince === null && clock.monotonic() - began > settings.deployTimeoutMs)
      throw timeout(context, text);
    const left = readySince === null ? 500 : Math.max(1, monitorMs - (clock.monotonic() - readySince));
    await nextChange(state, app.id, Math.min(500, left), signal);
  }
  throw new CraneError('operation.cancelled', 'The deployment was cancelled.');
}

/** The longest that one of the services asks for, and no shorter than the configured one. */
function monitorOf({ state, app }: OperationContext, release: number): number {
  const services = Object.values(state.releases.find(app, release)?.project.services ?? {});
  const asked = services.map(({ deploy }) => deploy?.update_config?.monitor);
  return Math.max(
    state.deps.settings.monitorMs,
    ...asked.map((text) => (text === undefined ? 0 : durationMs(text))),
  );
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
