import { listPublishedPorts, type InstancePort } from '../core/service/published-ports.ts';
import type { PortProtocol } from '../core/service/published-port.ts';
import type { ActionDeps, Actor } from './action-deps.ts';
import { findApp } from './find-app.ts';
import { requireService } from './restart-app.ts';

/** The addresses under which the app's running instances are published, as the engine says them now. */
export async function listPorts(
  deps: ActionDeps,
  actor: Actor,
  input: {
    app: string;
    service: string | null;
    port: number | null;
    protocol: PortProtocol | null;
  },
  signal: AbortSignal,
): Promise<InstancePort[]> {
  const app = findApp(deps, actor, input.app);
  if (input.service !== null) requireService(deps, app, input.service);
  return listPublishedPorts(await deps.runtime.observeInstances(app.engineName, signal), input);
}
