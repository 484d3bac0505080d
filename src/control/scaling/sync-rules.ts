import { scheduledServices } from '../../actions/read-steering.ts';
import { scaleSettings } from '../../core/compose/scale-settings.ts';
import type { AlertRule, OwnedRule } from '../../core/port/metrics.ts';
import { signalNames } from '../../core/signal/signal.ts';
import type { ControlState } from '../control-state.ts';

/** Relative tolerance around the target within which nothing is done. */
const tolerance = 0.1;

/** Rules of all running apps: one per autoscaled service and signal. */
export function desireRules(state: ControlState): AlertRule[] {
  return state.deps.store.apps.list({ kind: 'all' }).flatMap((app) => {
    const release = app.intent === 'running' ? state.releases.find(app, app.releaseNumber) : null;
    const scheduled = scheduledServices(state.deps.store, app);
    return [...(release?.known ?? [])].flatMap(([service, { spec, isAutoscaled }]) => {
      const { targets } = scaleSettings(spec);
      return signalNames.flatMap((signal) => {
        const target = isAutoscaled || scheduled.has(service) ? targets[signal] : undefined;
        return target === undefined
          ? []
          : [{ app: app.engineName, service, signal, target, tolerance, severity: 'warning' as const }];
      });
    });
  });
}

/** Rules that owners made, of running apps. */
function ownedRules({ deps: { store } }: ControlState): OwnedRule[] {
  return store.apps
    .list({ kind: 'all' })
    .filter((app) => app.intent === 'running')
    .flatMap((app) =>
      (store.ruleSets.newest(app.id)?.rules ?? []).map((rule) => ({ app: app.engineName, rule })),
    );
}

/** Makes Prometheus's rule set what the apps ask for; a part that is down is tried again by the next full look. */
export async function syncRules(state: ControlState): Promise<boolean> {
  try {
    await state.deps.rules.sync(desireRules(state), state.signal, ownedRules(state));
    return true;
  } catch (error) {
    if (!state.signal.aborted) state.deps.log.warn({ err: error }, 'alert rules could not be written');
    return false;
  }
}
