import type { Clock } from '../../core/port/clock.ts';
import type { Log } from '../../core/port/log.ts';
import type { Relay, SendMail, Vault } from '../../core/port/send-message.ts';
import type { SendWebhook } from '../../core/port/send-webhook.ts';
import type { Store } from '../../core/port/store.ts';

export type NotifyDeps = {
  store: Store;
  clock: Clock;
  log: Log;
  newId: (prefix: string) => string;
  post: SendWebhook;
  mail: SendMail;
  relay: Relay;
  vault: Vault;
  /** The signature of a body at a time, in seconds, for the target of this id. */
  sign: (id: string, seconds: number, body: string) => string;
  /** In [0, 1). */
  random: () => number;
};
