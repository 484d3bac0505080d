import type { App, AppState } from '../core/app/app.ts';
import { deriveAppState } from '../core/app/derive-app-state.ts';
import type { InstanceView, Observed } from '../core/port/observed.ts';
import type { Store } from '../core/port/store.ts';
import { instanceLabel, type ObservedInstance } from '../core/service/instance.ts';
import type { AppMemory } from './app-memory.ts';
import type { ControlState } from './control-state.ts';
import { countAllRestarts } from './healing/healing-history.ts';
import type { UsageWatch } from './usage/watch-usage.ts';

/** Longer without a look and the shown state is `unknown`, milliseconds. */
const staleMs = 90_000;

/** What the loops last saw, for people. */
export function createObserved(state: ControlState, usage: Pick<UsageWatch, 'read' | 'attend'>): Observed {
  return {
    app: (appId) => {
      const memory = state.memories.get(appId);
      const app = state.deps.store.apps.find({ kind: 'all' }, appId);
      const { state: shown, reason } =
        app === null ? { state: 'unknown' as AppState, reason: null } : stateOf(state, app, memory);
      return {
        state: shown,
        reason,
        instances: memory === undefined || app === null ? [] : viewsOf(state, app, memory),
        seenAt: memory?.seenAt ?? null,
      };
    },
    instances: (appId) => state.memories.get(appId)?.observed ?? [],
    instance: (id) => {
      for (const { observed } of state.memories.values()) {
        const found = observed.find((item) => item.id === id);
        if (found !== undefined) return found;
      }
      return null;
    },
    usage: (appId) => usage.read(appId),
    attendUsage: (appId) => usage.attend(appId),
    signals: (appId, service) => state.memories.get(appId)?.services.get(service)?.signals ?? [],
  };
}

function stateOf(
  state: ControlState,
  app: App,
  memory: AppMemory | undefined,
): { state: AppState; reason: string | null } {
  const { clock, store } = state.deps;
  const seenTick = memory?.seenTick ?? null;
  const deployment = memory?.deployment ?? readDeployment(store, app.id);
  if (memory !== undefined) memory.deployment = deployment;
  return deriveAppState({
    intent: app.intent,
    isStale: seenTick === null || clock.monotonic() - seenTick > staleMs,
    isDeploying: deployment.isOpen,
    hasRelease: app.releaseNumber !== null,
    lastDeployError: deployment.error,
    services: memory?.plan?.services ?? [],
    instances: memory?.observed.length ?? 0,
  });
}

/** The app's newest deployment; the runner of operations keeps it up to date from then on. */
function readDeployment(store: Store, appId: number): NonNullable<AppMemory['deployment']> {
  const last = store.operations
    .listForApp(appId, 20)
    .find((operation) => operation.kind === 'deploy' || operation.kind === 'rollback');
  if (last === undefined) return { isOpen: false, error: null };
  return {
    isOpen: last.endedAt === null,
    error: last.status === 'failed' ? (last.error?.message ?? 'failed') : null,
  };
}

function viewsOf(state: ControlState, app: App, memory: AppMemory): InstanceView[] {
  return memory.observed.map((item) => {
    const known = memory.instances.get(item.id);
    const isReady =
      item.state === 'running' &&
      known?.isReady === true &&
      known.complaint === null &&
      known.busy !== 'retiring';
    return {
      instance: instanceLabel(item),
      service: item.service,
      slot: item.slot,
      state: item.state,
      health: isDone(memory, item)
        ? 'completed'
        : isReady
          ? 'ready'
          : known?.complaint === 'unresponsive'
            ? 'unresponsive'
            : item.health,
      release: item.release,
      startedAt: item.startedAt,
      restarts: countAllRestarts(state, app, memory, item),
      isRouted: memory.routed.has(item.id),
      containerId: item.id,
    };
  });
}

/** A one-shot service's instance that ended as it should. */
function isDone({ plan }: AppMemory, { service, state, exitCode }: ObservedInstance): boolean {
  const isOneShot = plan?.services.some((item) => item.service === service && item.isCompleted) === true;
  return isOneShot && state === 'exited' && exitCode === 0;
}
