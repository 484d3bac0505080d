import { admitInstance } from '../../actions/admit-instance.ts';
import { laySecrets } from '../../actions/lay-secrets.ts';
import type { App } from '../../core/app/app.ts';
import { canarySlots } from '../../core/plan/plan-canary.ts';
import type { StepOf } from '../../core/plan/step.ts';
import { withMemoryFiles } from '../../core/service/file-uses.ts';
import { instanceLabel } from '../../core/service/instance.ts';
import { instanceMemory, recordChange, serviceMemory, type AppMemory } from '../app-memory.ts';
import { bringUpInstance } from './bring-up-instance.ts';
import { launch, tell, type ControlState } from '../control-state.ts';
import { noteServiceFailure } from '../note-trouble.ts';

type CreateStep = StepOf<'createInstance'>;

export function createInstance(state: ControlState, app: App, memory: AppMemory, step: CreateStep): void {
  const label = labelOf(app, step);
  const key = step.isCanary ? canarySlots(step.service) : step.service;
  const slots = memory.pendingSlots.get(key) ?? new Set<number>();
  memory.pendingSlots.set(key, slots.add(step.slot));
  const healed = step.heals === null ? undefined : memory.instances.get(step.heals);
  const decision = healed?.healing?.decided?.decision ?? null;
  const replaced = step.replaces === null ? null : instanceMemory(memory, step.replaces);
  if (replaced !== null) replaced.busy = 'retiring';
  launch(state, app, `create ${label}`, async () => {
    try {
      const isMade = await state.limitEffects(() => make(state, app, memory, { step, label, decision }));
      if (isMade) serviceMemory(memory, step.service).failure = null;
    } catch (error) {
      state.signal.throwIfAborted();
      noteServiceFailure(state, app, memory, { service: step.service, instance: label, error });
    } finally {
      memory.afterLook.push(() => {
        slots.delete(step.slot);
        // Still there when it could not be removed; else its memory is gone by then.
        if (replaced !== null) replaced.busy = null;
      });
    }
  });
}

/** False when it was not wanted any more once its turn had come. */
async function make(
  state: ControlState,
  app: App,
  memory: AppMemory,
  { step, label, decision }: { step: CreateStep; label: string; decision: string | null },
): Promise<boolean> {
  const { runtime, crashPoint } = state.deps;
  if (!isStillWanted(state, app, step)) return false;
  const release = state.releases.find(app, step.release);
  if (release !== null)
    await admitInstance(state.deps, { app, release, service: step.service, id: null }, state.signal);
  if (step.replaces !== null) {
    crashPoint('instance.before-replace');
    await runtime.removeInstance(step.replaces, state.signal);
    crashPoint('instance.replaced-removed');
  }
  crashPoint('instance.before-create');
  const laid =
    release === null
      ? []
      : await laySecrets(state.deps, { app, release, service: step.service }, state.signal);
  const { id } = await runtime.createInstance(withMemoryFiles(step.spec, laid ?? []), state.signal);
  crashPoint('instance.created');
  const known = instanceMemory(memory, id);
  known.busy = 'starting';
  memory.known.set(id, { label, since: memory.looks });
  try {
    if (!isStillWanted(state, app, step)) return false;
    // Before the start: the engine's event, a look and an answer can come before the call ends.
    noteCreated(state, app, memory, { step, label, decision });
    await bringUpInstance(state, app, memory, { ...step, id });
    return true;
  } finally {
    memory.afterLook.push(() => {
      known.busy = null;
    });
  }
}

function noteCreated(
  state: ControlState,
  app: App,
  memory: AppMemory,
  { step, label, decision }: { step: CreateStep; label: string; decision: string | null },
): void {
  const { service, why } = step;
  const change = why === 'healing' ? 'replaced' : 'created';
  const at = state.deps.clock.now();
  recordChange(memory, service, { instance: label, change, readyAt: null, at, why, decision });
  tell(state, app, 'instance.created', `${label} is starting`, { instance: label, why });
}

/** The app may have been stopped, deleted or brought to another release while the step waited for its turn. */
function isStillWanted(state: ControlState, app: App, step: CreateStep): boolean {
  const now = state.deps.store.apps.find({ kind: 'all' }, app.id);
  if (now === null || now.intent !== 'running') return false;
  return (
    step.release === (step.isCanary ? state.deps.store.canaries.find(app.id)?.release : now.releaseNumber)
  );
}

function labelOf(app: App, step: CreateStep): string {
  return instanceLabel({
    app: app.uniqueName,
    service: step.service,
    release: step.release,
    slot: step.slot,
  });
}
