import type { App } from '../../core/app/app.ts';
import type { ComposeService } from '../../core/compose/compose-project.ts';
import { scaleSettings } from '../../core/compose/scale-settings.ts';
import { advanceIdle, canSleep, judgeIdle, type IdleFacts, type Traffic } from '../../core/scaling/idle.ts';
import type { ScalingBounds } from '../../core/scaling/scaling.ts';
import { dependentsOf } from '../../core/service/dependencies.ts';
import { serviceMemory } from '../app-memory.ts';
import { memoryOf, type ControlState } from '../control-state.ts';

type Place = {
  app: App;
  service: string;
  spec: ComposeService;
  bounds: Pick<ScalingBounds, 'min' | 'max'>;
};

/** The evidence whether a service may go to zero; null when its bounds do not let it. Never rejects but at the end of Crane. */
export async function readIdle(
  state: ControlState,
  { app, service, spec, bounds }: Place,
): Promise<IdleFacts | null> {
  if (!canSleep(bounds)) return null;
  const { idleMs } = scaleSettings(spec);
  const users = awakeUsers(state, app, service);
  const canBeWoken = portsOf(spec).length > 0 || dependents(state, app, service).length > 0;
  if (!canBeWoken) return { idleMs, needed: null, awake: 'nothing could wake it again' };
  const traffic = await readTraffic(state, { app, service, spec });
  const tick = state.deps.clock.monotonic();
  const known = serviceMemory(memoryOf(state, app), service);
  const seen: Traffic = users.length > 0 ? { kind: 'missing', reason: 'it is needed' } : traffic;
  known.idle = advanceIdle(known.idle, seen, tick);
  const quietMs = tick - known.idle.quietSince;
  // Asking costs the engine a call: only when nothing else speaks against it.
  const isQuiet = quietMs >= idleMs && users.length === 0;
  const connections = isQuiet ? await countConnections(state, { app, service, spec }) : 0;
  return judgeIdle({ idleMs, quietMs, traffic, connections, users });
}

/** Services that depend on it and of which at least one instance is wanted. */
function awakeUsers(state: ControlState, app: App, service: string): string[] {
  const { targets } = state.deps.store;
  return dependents(state, app, service).filter((name) => (targets.get(app.id, name)?.replicas ?? 0) > 0);
}

function dependents({ releases }: ControlState, app: App, service: string): string[] {
  const project = releases.find(app, app.releaseNumber)?.project;
  return project === undefined ? [] : (dependentsOf(project)[service] ?? []);
}

type Asked = Pick<Place, 'app' | 'service' | 'spec'>;

/** Of a service without routes the router knows nothing: only those that depend on it count. */
async function readTraffic({ deps, signal }: ControlState, { app, service, spec }: Asked): Promise<Traffic> {
  if (portsOf(spec).length === 0) return { kind: 'value', requests: 0 };
  return deps.metrics.readTraffic({ app: app.engineName, service, now: deps.clock.now() }, signal);
}

async function countConnections(state: ControlState, { app, service, spec }: Asked): Promise<number | null> {
  const running = memoryOf(state, app).observed.filter(
    (item) => item.service === service && item.state === 'running',
  );
  const asked = running.flatMap(({ id }) =>
    portsOf(spec).map((port) => state.deps.runtime.countConnections(id, port, state.signal)),
  );
  try {
    const counts = await Promise.all(asked);
    return counts.includes(null) ? null : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  } catch (error) {
    state.signal.throwIfAborted();
    state.deps.log.debug({ err: error }, 'connections could not be counted');
    return null;
  }
}

function portsOf(spec: ComposeService): number[] {
  return [...new Set((spec['x-crane']?.route ?? []).map(({ port }) => port))];
}
