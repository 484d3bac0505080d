import { admitInstance } from '../../actions/admit-instance.ts';
import { filesToWrite, laySecrets } from '../../actions/lay-secrets.ts';
import type { App } from '../../core/app/app.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import { instanceLabel, type InstanceIdentity } from '../../core/service/instance.ts';
import { instanceMemory, type AppMemory } from '../app-memory.ts';
import { tell, type ControlState } from '../control-state.ts';
import type { KnownRelease } from '../release-cache.ts';
import { runHooks } from './run-hooks.ts';

/**
 * judged as it was made → files written → started → `post_start` run. An instance whose commands fail is taken away again: it is as if it could not be
 * started. Everything may be repeated up to the start.
 */
export async function bringUpInstance(
  state: ControlState,
  app: App,
  memory: AppMemory,
  of: Made,
): Promise<void> {
  const { runtime, crashPoint } = state.deps;
  const release = state.releases.find(app, of.release);
  if (release !== null) await admitCreated(state, app, release, of);
  const spec = release?.project.services[of.service];
  if (release !== null) await writeFiles(state, app, release, of);
  const hooks = spec?.post_start ?? [];
  const known = instanceMemory(memory, of.id);
  known.isPreparing = hooks.length > 0;
  await runtime.startInstance(of.id, state.signal);
  crashPoint('instance.started');
  if (hooks.length === 0) return;
  try {
    await runHooks(state, of.id, {
      label: instanceLabel({ app: app.uniqueName, ...of }),
      kind: 'post_start',
      hooks,
    });
  } catch (error) {
    state.signal.throwIfAborted();
    // Where it cannot be taken away now it is told to be unwell, and replaced later.
    known.complaint = 'unresponsive';
    await runtime.stopInstance(of.id, null, state.signal);
    await runtime.removeInstance(of.id, state.signal);
    throw error;
  } finally {
    known.isPreparing = false;
  }
}

/** Secrets lie in memory where the instance has them mounted; a restart of the machine has emptied it. */
async function writeFiles(state: ControlState, app: App, release: KnownRelease, of: Made): Promise<void> {
  const { deps, signal } = state;
  const from = { app, release, service: of.service };
  const laid = await laySecrets(deps, from, signal);
  const files = filesToWrite(deps, from, laid);
  if (files.length > 0) await deps.runtime.putFiles(of.id, files, signal);
}

type Made = Pick<InstanceIdentity, 'service' | 'release' | 'slot'> & { id: string };

/** One that is not what was let in is taken away before it starts. Without an answer it waits. */
async function admitCreated(state: ControlState, app: App, release: KnownRelease, of: Made): Promise<void> {
  try {
    await admitInstance(state.deps, { app, release, service: of.service, id: of.id }, state.signal);
  } catch (error) {
    if (!(error instanceof CraneError) || error.code !== 'policy.denied') throw error;
    const instance = instanceLabel({ app: app.uniqueName, ...of });
    tell(state, app, 'admission.drift', `${instance} was taken away before it started: ${error.message}`, {
      instance,
      service: of.service,
      errors: error.facts.errors ?? [],
    });
    await state.deps.runtime.removeInstance(of.id, state.signal);
    throw error;
  }
}
