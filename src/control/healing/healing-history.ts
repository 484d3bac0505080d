import type { App } from '../../core/app/app.ts';
import type { Decision } from '../../core/decision/decision.ts';
import { countRestarts, type PastHealing } from '../../core/healing/count-restarts.ts';
import type { InstanceFacts } from '../../core/plan/instance-facts.ts';
import { instanceLabel, type ObservedInstance } from '../../core/service/instance.ts';
import { keepLast, serviceMemory, type AppMemory } from '../app-memory.ts';
import type { ControlState } from '../control-state.ts';

const recentMs = 600_000;
/** Rows of the ledger that are read, and restarts that are kept, for one service. */
const mostRows = 200;

/** Restarts within the last ten minutes that count for this instance; survives a restart of Crane. */
export function countRecentRestarts(
  state: ControlState,
  app: App,
  memory: AppMemory,
  item: InstanceFacts,
  replicas: number,
): number {
  const service = serviceMemory(memory, item.service);
  service.healings ??= readHealings(state, app, item.service);
  const since = state.deps.clock.now() - recentMs;
  return countRestarts(service.healings, { release: item.release, slot: item.slot, replicas, since });
}

/** All restarts of this instance's slot that the ledger's newest rows tell of. */
export function countAllRestarts(
  state: ControlState,
  app: App,
  memory: AppMemory,
  item: ObservedInstance,
): number {
  const service = serviceMemory(memory, item.service);
  service.healings ??= readHealings(state, app, item.service);
  return service.healings.filter((past) => past.release === item.release && past.slot === item.slot).length;
}

export function rememberRestart(memory: AppMemory, item: InstanceFacts, at: number): void {
  const service = serviceMemory(memory, item.service);
  service.healings ??= [];
  keepLast(service.healings, { at, release: item.release, slot: item.slot }, mostRows);
}

function readHealings(state: ControlState, app: App, service: string): PastHealing[] {
  const page = { limit: mostRows, cursor: null };
  const { items } = state.deps.store.decisions.list({ kind: 'all' }, { appId: app.id, service }, page);
  return items.flatMap((decision) => {
    const instance = instanceOf(decision);
    const place = instance === null ? null : placeOf(service, instance);
    return place === null ? [] : [{ at: decision.at, ...place }];
  });
}

/** `web-3-1` → release 3, slot 1. */
function placeOf(service: string, instance: string): { release: number; slot: number } | null {
  const match = /^-(\d+)-(\d+)$/.exec(instance.slice(service.length));
  return match === null ? null : { release: Number(match[1]), slot: Number(match[2]) };
}

/** The instance a healing decision is about; null for other decisions. */
export function instanceOf({ family, question }: Decision): string | null {
  return family === 'healing' && question !== null && 'instance' in question ? question.instance : null;
}

/** The decision about this very failure that an earlier process did not carry out; given once. */
export function takeOpenHealing(
  state: ControlState,
  app: App,
  memory: AppMemory,
  item: InstanceFacts,
): Decision | null {
  memory.openHealings ??= readOpenHealings(state, app);
  const label = instanceLabel(item);
  const found = memory.openHealings.get(label);
  memory.openHealings.delete(label);
  const failedAt = (item.state === 'running' ? item.startedAt : item.finishedAt) ?? item.createdAt;
  return found !== undefined && found.at >= failedAt ? found : null;
}

function readOpenHealings(state: ControlState, app: App): Map<string, Decision> {
  const open = state.deps.store.decisions.pendingEffects().filter((decision) => decision.appId === app.id);
  return new Map(
    open.flatMap((decision) => {
      const instance = instanceOf(decision);
      return instance === null ? [] : [[instance, decision] as const];
    }),
  );
}
