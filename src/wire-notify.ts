import { join } from 'node:path';
import type { ActionDeps } from './actions/action-deps.ts';
import { notificationSecret } from './actions/manage-notifications.ts';
import { signBody } from './api/signature.ts';
import { notifyPeople, type Notifier } from './control/notify/notify-people.ts';
import type { Log } from './core/port/log.ts';
import type { Store } from './core/port/store.ts';
import { createAlertmanagerRelay } from './observe/alertmanager/create-alertmanager-relay.ts';
import { createMailSender } from './observe/mail/create-mail-sender.ts';
import { createWebhookSender } from './observe/webhook/create-webhook-sender.ts';
import type { Installation } from './platform/installation.ts';
import { partUrl, type PlatformLayout } from './platform/parts/part-settings.ts';
import { createVault } from './store/vault.ts';
import { systemClock } from './wire.ts';

/** What tells people, and what actions need of it. */
export function wireNotifier({
  store,
  log,
  installation,
  deriveSecret,
  newId,
  dataFolder,
  layout,
}: {
  store: Store;
  log: Log;
  installation: Installation;
  deriveSecret: ActionDeps['deriveSecret'];
  newId: ActionDeps['newId'];
  dataFolder: string;
  layout: PlatformLayout;
}): { notifier: Notifier } & Pick<ActionDeps, 'relay' | 'vault'> {
  const vault = createVault(installation.credential);
  const relay = createAlertmanagerRelay({
    directory: join(dataFolder, 'parts/alertmanager'),
    url: partUrl(layout, 'alertmanager'),
    webhookUrl: `${layout.internalUrl}/internal/alerts`,
  });
  const notifier = notifyPeople({
    store,
    clock: systemClock,
    log,
    newId,
    post: createWebhookSender(),
    mail: createMailSender(),
    relay,
    vault,
    sign: (id, seconds, body) => signBody(notificationSecret({ deriveSecret }, id), seconds, body),
    random: Math.random,
  });
  return { notifier, relay, vault };
}
