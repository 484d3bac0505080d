import type { App } from '../core/app/app.ts';
import { toCraneError } from '../core/error/crane-error.ts';
import type { Step } from '../core/plan/step.ts';
import { instanceLabel } from '../core/service/instance.ts';
import { instanceMemory, recordChange, serviceMemory, type AppMemory } from './app-memory.ts';
import { launch, tell, type ControlState } from './control-state.ts';

type Executor<K extends Step['kind']> = (
  state: ControlState,
  app: App,
  memory: AppMemory,
  step: Extract<Step, { kind: K }>,
) => void;

/** What each step does. Marks are set before the effect is launched, so that the next look does not plan it again. */
const execute: { [K in Step['kind']]: Executor<K> } = {
  createInstance,
  startInstance,
  retireInstance,
  removeInstance,
};

export function runStep(state: ControlState, app: App, memory: AppMemory, step: Step): void {
  switch (step.kind) {
    case 'createInstance':
      return execute.createInstance(state, app, memory, step);
    case 'startInstance':
      return execute.startInstance(state, app, memory, step);
    case 'retireInstance':
      return execute.retireInstance(state, app, memory, step);
    case 'removeInstance':
      return execute.removeInstance(state, app, memory, step);
  }
}

function createInstance(
  state: ControlState,
  app: App,
  memory: AppMemory,
  step: Extract<Step, { kind: 'createInstance' }>,
): void {
  const { runtime, clock } = state.deps;
  const label = instanceLabel({
    service: step.service,
    release: step.release,
    slot: step.slot,
    app: app.uniqueName,
  });
  const pending = memory.pendingSlots.get(step.service) ?? new Set<number>();
  memory.pendingSlots.set(step.service, pending.add(step.slot));
  if (step.replaces !== null) instanceMemory(memory, step.replaces).busy = 'retiring';
  launch(state, app, `create ${label}`, async () => {
    try {
      await state.limitEffects(async () => {
        if (step.replaces !== null) await runtime.removeInstance(step.replaces, state.signal);
        const { id } = await runtime.createInstance(step.spec, state.signal);
        instanceMemory(memory, id).busy = 'starting';
        memory.known.set(id, label);
        await runtime.startInstance(id, state.signal);
        instanceMemory(memory, id).busy = null;
        tell(state, app, 'instance.created', `${label} started`, { instance: label, why: step.why });
      });
      serviceMemory(memory, step.service).failure = null;
      if (step.why === 'healing') serviceMemory(memory, step.service).restarts += 1;
      recordChange(memory, step.service, {
        instance: label,
        change: step.why === 'healing' ? 'replaced' : 'created',
        readyAt: null,
        at: clock.now(),
      });
    } catch (error) {
      if (!state.signal.aborted) noteFailure(state, app, memory, step.service, label, error);
    } finally {
      pending.delete(step.slot);
    }
  });
}

/** An instance that could not be made is tried again, later each time (1 s … 60 s). */
function noteFailure(
  state: ControlState,
  app: App,
  memory: AppMemory,
  service: string,
  label: string,
  thrown: unknown,
): void {
  const known = serviceMemory(memory, service);
  const error = toCraneError(thrown);
  const count = (known.failure?.count ?? 0) + 1;
  known.failure = {
    error,
    count,
    until: state.deps.clock.monotonic() + Math.min(1000 * 2 ** (count - 1), 60_000),
  };
  tell(state, app, 'instance.failed', `${label} could not be started: ${error.message}`, {
    instance: label,
    code: error.code,
  });
  state.deps.log.warn({ app: app.uniqueName, instance: label, err: thrown }, 'instance could not be started');
}

function startInstance(
  state: ControlState,
  app: App,
  memory: AppMemory,
  step: Extract<Step, { kind: 'startInstance' }>,
): void {
  const known = instanceMemory(memory, step.id);
  known.busy = 'starting';
  launch(state, app, `start ${step.instance}`, async () => {
    try {
      await state.limitEffects(() => state.deps.runtime.startInstance(step.id, state.signal));
      tell(state, app, 'instance.created', `${step.instance} started`, {
        instance: step.instance,
        why: 'adopted',
      });
    } catch (error) {
      if (!state.signal.aborted) noteFailure(state, app, memory, step.service, step.instance, error);
    } finally {
      known.busy = null;
    }
  });
}

/** Unrouted by the plan already: wait until the router has taken that and open requests had their time, then stop. */
function retireInstance(
  state: ControlState,
  app: App,
  memory: AppMemory,
  step: Extract<Step, { kind: 'retireInstance' }>,
): void {
  const { runtime, proxy, clock, settings } = state.deps;
  const known = instanceMemory(memory, step.id);
  known.busy = 'retiring';
  known.stopProbing?.abort();
  const wasReady = known.isReady;
  launch(state, app, `retire ${step.instance}`, async () => {
    try {
      if (wasReady) {
        await proxy
          .confirm(state.signal)
          .catch((error: unknown) => state.deps.log.warn({ err: error }, 'router did not confirm'));
        await clock.wait(settings.drainMs, state.signal);
      }
      await runtime.stopInstance(step.id, step.graceMs, state.signal);
      await runtime.removeInstance(step.id, state.signal);
      recordChange(memory, step.service, {
        instance: step.instance,
        change: 'removed',
        readyAt: clock.now(),
        at: clock.now(),
      });
      tell(state, app, 'instance.gone', `${step.instance} is gone (${step.why})`, {
        instance: step.instance,
        why: step.why,
      });
    } catch (error) {
      known.busy = null;
      throw error;
    }
  });
}

function removeInstance(
  state: ControlState,
  app: App,
  memory: AppMemory,
  step: Extract<Step, { kind: 'removeInstance' }>,
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
      known.busy = null;
      throw error;
    }
  });
}
