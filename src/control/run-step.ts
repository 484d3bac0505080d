import type { App } from '../core/app/app.ts';
import type { Step, StepOf } from '../core/plan/step.ts';
import { troubleAfter, instanceMemory, type AppMemory } from './app-memory.ts';
import { bringUpInstance } from './instances/bring-up-instance.ts';
import { launch, tell, type ControlState } from './control-state.ts';
import { createInstance } from './instances/create-instance.ts';
import { noteServiceFailure, noteStuck } from './note-trouble.ts';
import { retireInstance } from './instances/retire-instance.ts';

/** What each step does. Marks are set before the effect is launched, so that the next look does not plan it again. */
export function runStep(state: ControlState, app: App, memory: AppMemory, step: Step): void {
  switch (step.kind) {
    case 'createInstance':
      return createInstance(state, app, memory, step);
    case 'startInstance':
      return startInstance(state, app, memory, step);
    case 'retireInstance':
      return retireInstance(state, app, memory, step);
    case 'removeInstance':
      return removeInstance(state, app, memory, step);
  }
}

/** One that was made and not started: a crash came between. */
function startInstance(
  state: ControlState,
  app: App,
  memory: AppMemory,
  step: StepOf<'startInstance'>,
): void {
  const known = instanceMemory(memory, step.id);
  known.busy = 'starting';
  launch(state, app, `start ${step.instance}`, async () => {
    try {
      tell(state, app, 'instance.created', `${step.instance} is starting`, {
        instance: step.instance,
        why: 'adopted',
      });
      await state.limitEffects(() => start(state, app, memory, step));
      known.trouble = null;
    } catch (error) {
      state.signal.throwIfAborted();
      known.trouble = troubleAfter(known.trouble, error, state.deps.clock.monotonic());
      noteServiceFailure(state, app, memory, { service: step.service, instance: step.instance, error });
    } finally {
      memory.afterLook.push(() => {
        known.busy = null;
      });
    }
  });
}

async function start(
  state: ControlState,
  app: App,
  memory: AppMemory,
  step: StepOf<'startInstance'>,
): Promise<void> {
  const item = memory.observed.find(({ id }) => id === step.id);
  if (item !== undefined) await bringUpInstance(state, app, memory, item);
}

function removeInstance(
  state: ControlState,
  app: App,
  memory: AppMemory,
  step: StepOf<'removeInstance'>,
): void {
  const known = instanceMemory(memory, step.id);
  known.busy = 'retiring';
  launch(state, app, `remove ${step.instance}`, async () => {
    try {
      await state.deps.runtime.removeInstance(step.id, state.signal);
      tell(state, app, 'instance.gone', `${step.instance} is gone (${step.why})`, {
        instance: step.instance,
        why: step.why,
      });
    } catch (error) {
      state.signal.throwIfAborted();
      noteStuck(state, app, memory, step, error);
    }
  });
}
