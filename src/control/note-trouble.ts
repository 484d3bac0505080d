import type { App } from '../core/app/app.ts';
import { instanceMemory, serviceMemory, troubleAfter, type AppMemory } from './app-memory.ts';
import { tell, type ControlState } from './control-state.ts';

/** An instance that could not be made is tried again, later each time (1 s … 60 s). */
export function noteServiceFailure(
  state: ControlState,
  app: App,
  memory: AppMemory,
  { service, instance, error }: { service: string; instance: string; error: unknown },
): void {
  const known = serviceMemory(memory, service);
  const release = app.releaseNumber ?? 0;
  const before = known.failure?.release === release ? known.failure : null;
  known.failure = { ...troubleAfter(before, error, state.deps.clock.monotonic()), release };
  tell(state, app, 'instance.failed', `${instance} could not be started: ${known.failure.error.message}`, {
    instance,
    code: known.failure.error.code,
  });
  state.deps.log.warn({ app: app.uniqueName, instance, err: error }, 'instance could not be started');
}

/** What could not be stopped or removed is tried again, later each time; after the third time it is told. */
export function noteStuck(
  state: ControlState,
  app: App,
  memory: AppMemory,
  step: { id: string; instance: string },
  error: unknown,
): void {
  const known = instanceMemory(memory, step.id);
  memory.afterLook.push(() => {
    known.busy = null;
    // It runs on until then: it is watched again.
    known.stopProbing = null;
  });
  known.trouble = troubleAfter(known.trouble, error, state.deps.clock.monotonic());
  state.deps.log.warn(
    { app: app.uniqueName, instance: step.instance, err: error },
    'an instance could not be removed',
  );
  if (known.trouble.count === 3)
    tell(state, app, 'instance.failed', `${step.instance} is stuck: ${known.trouble.error.message}`, {
      instance: step.instance,
      code: known.trouble.error.code,
    });
}
