import { createAlertCalls, type AlertCalls } from './alert-calls.ts';
import type { Ask } from './ask.ts';
import type { ApiClient } from '../client/client.ts';
import { createNotifyCalls, type NotifyCalls } from './notify-calls.ts';
import { createSilenceCalls, type SilenceCalls } from './silence-calls.ts';

/** Who is told what, and what other systems tell. */
export type TellingCalls = { alerts: AlertCalls; silences: SilenceCalls; notify: NotifyCalls };

export function createTellingCalls(
  ask: Ask,
  client: ApiClient,
  target: { url: string; token: string | null },
): TellingCalls {
  return {
    alerts: createAlertCalls(ask, client),
    silences: createSilenceCalls(ask, client),
    notify: createNotifyCalls(ask, client, target),
  };
}
