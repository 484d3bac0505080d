import type { App } from '../../core/app/app.ts';
import { driftOf } from '../../core/plan/instance-drift.ts';
import type { InstanceFacts } from '../../core/plan/instance-facts.ts';
import { failureOf, isCompleted } from '../../core/plan/instance-failure.ts';
import { instanceLabel } from '../../core/service/instance.ts';
import { instanceMemory, keepLast, type AppMemory } from '../app-memory.ts';
import { launch, tell, type ControlState } from '../control-state.ts';
import { readLastLines } from './read-last-lines.ts';

const mostFailures = 50;

/** What somebody did to an instance by hand is told once; the plan repairs it. */
export function noteDrift(
  state: ControlState,
  app: App,
  memory: AppMemory,
  facts: readonly InstanceFacts[],
): void {
  const release = state.releases.find(app, app.releaseNumber);
  const { prefix } = state.deps.settings;
  for (const item of facts) {
    const service = release?.known.get(item.service);
    if (service === undefined || service.specHash !== item.specHash || item.busy !== null) continue;
    const known = instanceMemory(memory, item.id);
    const drift = driftOf({ prefix, networks: service.networks }, item);
    if (drift !== null && drift !== known.drift) {
      const instance = instanceLabel(item);
      tell(state, app, 'instance.external', `${instance} was ${drift} from outside`, { instance, drift });
    }
    known.drift = drift;
  }
}

/** Each failure is told once, with the last lines of the instance, before anything removes it. */
export function noteFailures(
  state: ControlState,
  app: App,
  memory: AppMemory,
  facts: readonly InstanceFacts[],
): void {
  const release = state.releases.find(app, app.releaseNumber);
  for (const item of facts) {
    const failure = failureOf(item);
    const known = instanceMemory(memory, item.id);
    if (failure === null || known.telling !== null || item.busy === 'retiring') continue;
    const service = release?.known.get(item.service);
    if (service !== undefined && isCompleted(service, item)) continue;
    const instance = instanceLabel(item);
    const told = Promise.withResolvers<void>();
    known.telling = told.promise;
    launch(state, app, `read the last lines of ${instance}`, async () => {
      const lines = await readLastLines(state, item);
      keepLast(
        memory.failures,
        {
          id: item.id,
          instance,
          service: item.service,
          release: item.release,
          text: failure.text,
          lines,
          isFinal: service?.isHealed === false,
        },
        mostFailures,
      );
      const data = { instance, exitCode: item.exitCode, isOomKilled: item.isOomKilled, lines };
      const kind = failure.kind === 'stopped' ? 'instance.external' : 'instance.failed';
      tell(state, app, kind, `${instance} ${failure.text}`, data);
      told.resolve();
    });
  }
}
