import type { App, AppState } from '../core/app/app.ts';
import { deriveAppState } from '../core/app/derive-app-state.ts';
import type { InstanceView, Observed } from '../core/port/observed.ts';
import { instanceLabel, type ObservedInstance } from '../core/service/instance.ts';
import type { AppMemory } from './app-memory.ts';
import type { ControlState } from './control-state.ts';
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
        instances: (memory?.observed ?? []).map((item) => viewOf(memory, item)),
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
  const isStale =
    memory?.seenAt === undefined ||
    memory.seenAt === null ||
    state.deps.clock.now() - memory.seenAt > staleMs;
  const open = state.deps.store.operations
    .listOpen()
    .find((operation) => operation.appId === app.id && operation.kind === 'deploy');
  const last = state.deps.store.operations
    .listForApp(app.id, 5)
    .find((operation) => operation.kind === 'deploy');
  return deriveAppState({
    intent: app.intent,
    isStale,
    isDeploying: open !== undefined,
    hasRelease: app.releaseNumber !== null,
    lastDeployError: last?.status === 'failed' ? (last.error?.message ?? 'failed') : null,
    services: memory?.plan?.services ?? [],
    instances: memory?.observed.length ?? 0,
  });
}

function viewOf(memory: AppMemory | undefined, item: ObservedInstance): InstanceView {
  const known = memory?.instances.get(item.id);
  const label = instanceLabel(item);
  const isReady =
    item.state === 'running' &&
    known?.isReady === true &&
    known.complaint === null &&
    known.busy !== 'retiring';
  return {
    instance: label,
    service: item.service,
    slot: item.slot,
    state: item.state,
    health: isReady ? 'ready' : known?.complaint === 'unresponsive' ? 'unresponsive' : item.health,
    release: item.release,
    startedAt: item.startedAt,
    restarts: memory?.services.get(item.service)?.restarts ?? 0,
    isRouted: memory?.routed.has(label) ?? false,
    containerId: item.id,
  };
}
