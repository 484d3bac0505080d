import { CraneError } from '../core/error/crane-error.ts';
import type { ProcessTable } from '../core/port/instance-session.ts';
import { instanceLabel } from '../core/service/instance.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';
import { requireService } from './restart-app.ts';

export type InstanceProcesses = ProcessTable & { instance: string; service: string };

/** The processes of each running instance, by service, release and slot. One that stops meanwhile is left out. */
export async function listProcesses(
  deps: ActionDeps,
  actor: Actor,
  input: { app: string; service: string | null },
  signal: AbortSignal,
): Promise<InstanceProcesses[]> {
  const app = findApp(deps, actor, input.app);
  if (input.service !== null) requireService(deps, app, input.service);
  const running = (await deps.runtime.observeInstances(app.engineName, signal))
    .filter((item) => item.state === 'running' && (input.service === null || item.service === input.service))
    .sort((a, b) => a.service.localeCompare(b.service) || a.release - b.release || a.slot - b.slot);
  const tables = await Promise.all(
    running.map(async (item) => {
      const table = await unlessStopped(deps.runtime.processes(item.id, signal));
      return table === null ? [] : [{ instance: instanceLabel(item), service: item.service, ...table }];
    }),
  );
  return tables.flat();
}

async function unlessStopped<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof CraneError && error.code === 'instance.not_running') return null;
    throw error;
  }
}
