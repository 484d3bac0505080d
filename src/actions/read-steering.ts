import type { App } from '../core/app/app.ts';
import type { ComposeService } from '../core/compose/compose-project.ts';
import { scaleSettings } from '../core/compose/scale-settings.ts';
import type { Store } from '../core/port/store.ts';
import { isSteered, steer, type Steering } from '../core/scaling/steering.ts';

type Place = {
  appId: number;
  service: string;
  spec: Pick<ComposeService, 'deploy' | 'x-crane'>;
  now: number;
};

/** What holds for a service now: its release's settings, and what people set over them. */
export function readSteering(
  store: Pick<Store, 'controls' | 'schedules'>,
  { appId, service, spec, now }: Place,
): Steering {
  return steer({
    scale: scaleSettings(spec),
    control: store.controls.get(appId, service),
    schedules: store.schedules.list(appId).filter((schedule) => schedule.service === service),
    now,
  });
}

/** Services of the app with a schedule. */
export function scheduledServices(store: Pick<Store, 'schedules'>, app: Pick<App, 'id'>): Set<string> {
  return new Set(store.schedules.list(app.id).map(({ service }) => service));
}

/** Whether the autoscaler goes on with this service by itself when nobody holds it. */
export function isDriven(store: Pick<Store, 'controls' | 'schedules'>, place: Place): boolean {
  const schedules = store.schedules.list(place.appId).filter(({ service }) => service === place.service);
  return isSteered(scaleSettings(place.spec), schedules.length) && readSteering(store, place).mode === 'auto';
}
