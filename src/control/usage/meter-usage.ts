import { readSteering } from '../../actions/read-steering.ts';
import type { App } from '../../core/app/app.ts';
import { meterService, type Metered, type MeterReading, type Reserved } from '../../core/cost/cost.ts';
import type { AppUsage } from '../../core/usage/usage.ts';
import type { AppMemory } from '../app-memory.ts';
import type { ControlState } from '../control-state.ts';
import type { UsageWatch } from './watch-usage.ts';

/** A longer gap (a suspended machine) is not taken for use. */
const mostSeconds = 60;
/** So long the meter's rows are kept, milliseconds. */
const keptMs = 62 * 86_400_000;

export type Meter = { tick(): void };

type Known = { cpuSeconds: number; reserved: Reserved | null };

/** Adds up what the services of all apps have, from one tick to the next; kept in the store. */
export function createMeter(state: ControlState, usage: Pick<UsageWatch, 'read'>): Meter {
  const known = new Map<string, Known>();
  let last: number | null = null;
  return {
    tick() {
      const { store, clock } = state.deps;
      const now = clock.monotonic();
      const seconds = last === null ? 0 : Math.min(mostSeconds, (now - last) / 1000);
      last = now;
      const at = clock.now();
      store.transaction(() => {
        for (const [appId, memory] of state.memories) {
          const app = store.apps.find({ kind: 'all' }, appId);
          if (app === null) continue;
          for (const metered of meterApp(state, { app, memory, used: usage.read(appId), seconds, known }))
            store.meter.add(appId, at, metered);
        }
        store.meter.forgetBefore(at - keptMs);
      });
    },
  };
}

type Seen = {
  app: App;
  memory: AppMemory;
  used: AppUsage;
  seconds: number;
  known: Map<string, Known>;
};

function meterApp(state: ControlState, { app, memory, used, seconds, known }: Seen): Metered[] {
  const release = state.releases.find(app, app.releaseNumber);
  if (release === null) return [];
  return [...release.known].flatMap(([service, { spec, isAutoscaled }]) => {
    const readings = readingsOf(service, memory, used);
    const total = used.services.find((item) => item.service === service)?.cpuSeconds ?? 0;
    const key = `${app.id}/${service}`;
    const before = known.get(key) ?? { cpuSeconds: total, reserved: null };
    const { store, clock } = state.deps;
    const isRunning = app.intent === 'running';
    const steered =
      isRunning && isAutoscaled
        ? readSteering(store, { appId: app.id, service, spec, now: clock.now() })
        : null;
    const { metered, reserved } = meterService({
      service,
      seconds,
      cpuCoreSeconds: Math.max(0, total - before.cpuSeconds),
      readings,
      max: steered?.max ?? readings.length,
      known: before.reserved,
    });
    known.set(key, { cpuSeconds: total, reserved });
    return metered.maxInstanceSeconds === 0 ? [] : [metered];
  });
}

function readingsOf(service: string, { observed }: AppMemory, { instances }: AppUsage): MeterReading[] {
  return observed
    .filter((item) => item.service === service && item.state === 'running')
    .map((item) => {
      const reading = instances.find(
        (each) => each.service === service && each.release === item.release && each.slot === item.slot,
      );
      return reading?.kind === 'value' ? reading.usage : null;
    });
}
