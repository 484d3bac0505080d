import type { App } from '../../core/app/app.ts';
import type { ComposeProject } from '../../core/compose/compose-project.ts';
import type { GroundStep } from '../../core/plan/step.ts';
import type { VolumeSpec } from '../../core/port/runtime.ts';
import { networkName, networkOwner } from '../../core/route/desire-routes.ts';
import { volumeName } from '../../core/service/render-instance.ts';
import { troubleAfter, type AppMemory } from '../app-memory.ts';
import { launch, tell, type ControlState } from '../control-state.ts';
import { makeNetwork, mapStrings } from './make-network.ts';

/**
 * Networks and volumes, in order, before any instance that stands on them. All calls are "ensure": repeating is harmless.
 * The router joins beside: instances start meanwhile, and publishing waits for it (`memory.joining`).
 * False when it is not complete: nothing is started then, and it is tried again later each time.
 */
export async function layGround(
  state: ControlState,
  app: App,
  memory: AppMemory,
  steps: readonly GroundStep[],
): Promise<boolean> {
  const tick = state.deps.clock.monotonic();
  if (steps.length === 0) memory.groundTrouble = null;
  if (memory.groundTrouble !== null && memory.groundTrouble.until > tick) return false;
  try {
    for (const step of steps) await lay(state, app, memory, step);
    const joins = steps.filter((step) => step.kind === 'attachRouter');
    if (joins.length > 0)
      joinRouter(
        state,
        app,
        memory,
        joins.map(({ network }) => network),
      );
    else memory.groundTrouble = null;
    // The plan counts what has just been made as missing; the end of joining asks for a look by itself.
    if (steps.length > joins.length) state.nudge(app.id);
    return true;
  } catch (error) {
    state.signal.throwIfAborted();
    noteGroundTrouble(state, app, memory, error);
    return false;
  }
}

function noteGroundTrouble(state: ControlState, app: App, memory: AppMemory, error: unknown): void {
  const isFirst = memory.groundTrouble === null;
  memory.groundTrouble = troubleAfter(memory.groundTrouble, error, state.deps.clock.monotonic());
  state.deps.log.warn({ app: app.uniqueName, err: error }, 'networks or volumes could not be made');
  if (isFirst) tell(state, app, 'control.error', `${app.uniqueName}: ${memory.groundTrouble.error.message}`);
}

/** Counted as joined from now on; when it fails, the next look plans it again. */
export function joinRouter(
  state: ControlState,
  app: App,
  memory: AppMemory,
  networks: readonly string[],
): void {
  const { runtime, settings, crashPoint } = state.deps;
  for (const network of networks) memory.routerNetworks.add(network);
  const joining = Promise.withResolvers<void>();
  memory.joining = joining.promise;
  launch(state, app, 'join the router', async () => {
    try {
      for (const network of networks) {
        await runtime.attach(settings.routerContainer, network, state.signal);
        crashPoint('ground.router-attached');
      }
      memory.groundTrouble = null;
    } catch (error) {
      state.signal.throwIfAborted();
      for (const network of networks) memory.routerNetworks.delete(network);
      noteGroundTrouble(state, app, memory, error);
    } finally {
      joining.resolve();
      if (memory.joining === joining.promise) memory.joining = null;
    }
  });
}

async function lay(state: ControlState, app: App, memory: AppMemory, step: GroundStep): Promise<void> {
  const { runtime, crashPoint } = state.deps;
  switch (step.kind) {
    case 'ensureNetwork':
      return makeNetwork(state, app, memory, {
        project: projectsOf(state, app).find((project) => hasNetwork(state, app, project, step.network)),
        name: step.network,
      });
    case 'ensureVolume':
      await runtime.ensureVolume(volumeSpec(state, app, step.volume), state.signal);
      memory.volumes.add(step.volume);
      crashPoint('ground.volume-made');
      return;
    case 'attachRouter':
      return;
  }
}

/** The models that an app's ground comes from: its release's, then its canary's. */
function projectsOf({ deps, releases }: ControlState, app: App): ComposeProject[] {
  const numbers = [app.releaseNumber, deps.store.canaries.find(app.id)?.release ?? null];
  return numbers.flatMap((number) => releases.find(app, number)?.project ?? []);
}

function hasNetwork({ deps }: ControlState, app: App, project: ComposeProject, name: string): boolean {
  const owner = networkOwner(deps.settings.prefix, app);
  return Object.keys(project.networks ?? {}).some((key) => networkName(owner, project, key) === name);
}

function volumeSpec(state: ControlState, app: App, name: string): VolumeSpec {
  const { prefix } = state.deps.settings;
  const [key, spec] =
    projectsOf(state, app)
      .flatMap((project) =>
        Object.entries(project.volumes ?? {}).filter(
          ([volume]) => volumeName(prefix, app.engineName, project, volume) === name,
        ),
      )
      .at(0) ?? [];
  return {
    name,
    app: app.engineName,
    ...(spec?.driver === undefined ? {} : { driver: spec.driver }),
    ...(spec?.driver_opts === undefined ? {} : { driverOptions: mapStrings(spec.driver_opts) }),
    labels: {
      ...spec?.labels,
      'com.docker.compose.volume': key ?? name,
      'com.docker.compose.project': app.engineName,
    },
  };
}
