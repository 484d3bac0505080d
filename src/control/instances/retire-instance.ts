import type { App } from '../../core/app/app.ts';
import type { RetireReason, StepOf } from '../../core/plan/step.ts';
import { instanceMemory, recordChange, type AppMemory } from '../app-memory.ts';
import { launch, tell, type ControlState } from '../control-state.ts';
import { noteStuck } from '../note-trouble.ts';
import { runHooks } from './run-hooks.ts';

/** Without the router's word these wait: other instances would serve, and requests would be lost for no need. */
const canWait: ReadonlySet<RetireReason> = new Set(['scale-in', 'replaced', 'duplicate']);

/** Unrouted by the plan already: wait until the router has taken that and open requests had their time, then stop. */
export function retireInstance(
  state: ControlState,
  app: App,
  memory: AppMemory,
  step: StepOf<'retireInstance'>,
): void {
  const { runtime, clock, crashPoint } = state.deps;
  const known = instanceMemory(memory, step.id);
  known.busy = 'retiring';
  known.stopProbing?.abort();
  const decision = known.healing?.decided?.decision ?? null;
  launch(state, app, `retire ${step.instance}`, async () => {
    try {
      if (known.mayServe) await drain(state, step);
      await prepareStop(state, app, memory, step);
      crashPoint('instance.before-stop');
      await runtime.stopInstance(step.id, step.graceMs, state.signal);
      crashPoint('instance.stopped');
      await runtime.removeInstance(step.id, state.signal);
      crashPoint('instance.removed');
      const at = clock.now();
      recordChange(memory, step.service, {
        instance: step.instance,
        change: 'removed',
        readyAt: at,
        at,
        why: step.why,
        decision,
      });
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

/** `pre_stop`: what fails there is told, and holds nothing up. */
async function prepareStop(
  state: ControlState,
  app: App,
  memory: AppMemory,
  step: StepOf<'retireInstance'>,
): Promise<void> {
  const item = memory.observed.find(({ id }) => id === step.id);
  const release = item === undefined ? null : state.releases.find(app, item.release);
  const hooks = release?.project.services[step.service]?.pre_stop ?? [];
  if (hooks.length === 0 || item?.state !== 'running') return;
  try {
    await runHooks(state, step.id, { label: step.instance, kind: 'pre_stop', hooks });
  } catch (error) {
    state.signal.throwIfAborted();
    const text = error instanceof Error ? error.message : 'a command before the stop failed';
    tell(state, app, 'instance.failed', text, { instance: step.instance });
    state.deps.log.warn(
      { app: app.uniqueName, instance: step.instance, err: error },
      'a pre_stop command failed',
    );
  }
}

async function drain(state: ControlState, step: StepOf<'retireInstance'>): Promise<void> {
  const { proxy, clock, settings, log, crashPoint } = state.deps;
  try {
    await proxy.confirm(state.signal);
  } catch (error) {
    state.signal.throwIfAborted();
    if (canWait.has(step.why)) throw error;
    log.warn({ err: error }, 'router did not confirm');
  }
  crashPoint('instance.unrouted');
  await clock.wait(settings.drainMs, state.signal);
  state.signal.throwIfAborted();
}
