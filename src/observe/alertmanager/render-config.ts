import { stringify } from 'yaml';
import type { RelayedTarget } from '../../core/port/send-message.ts';
import { renderReceivers, renderTargetRoutes } from './render-receivers.ts';

export type AlertmanagerConfig = {
  /** Crane's webhook on its internal listener. */
  webhookUrl: string;
  /** File with the bearer credential as the container sees it. Default `/etc/alertmanager/credential`. */
  credentialsFile?: string;
  /** A change within a group is told after at most this long. Default 1,000. */
  groupIntervalMs?: number;
  /** A firing alert is told again this often. Default 15,000. */
  repeatIntervalMs?: number;
  /** Told of notices by receivers of their own. Default none. */
  targets?: readonly RelayedTarget[];
};

/**
 * Alertmanager's configuration: every alert goes to Crane's webhook at once, one group per app, service and rule.
 * A group that resolved lives on for half a minute, and an alert that fires again in it waits for the group interval:
 * therefore that is short.
 */
export function renderAlertmanagerConfig({
  webhookUrl,
  credentialsFile = '/etc/alertmanager/credential',
  groupIntervalMs = 1_000,
  repeatIntervalMs = 15_000,
  targets = [],
}: AlertmanagerConfig): string {
  return stringify(
    {
      route: {
        receiver: 'crane',
        group_by: ['app', 'service', 'alertname'],
        group_wait: '0s',
        group_interval: `${groupIntervalMs}ms`,
        repeat_interval: `${repeatIntervalMs}ms`,
        ...(targets.length === 0 ? {} : { routes: targets.flatMap(renderTargetRoutes) }),
      },
      receivers: [
        {
          name: 'crane',
          webhook_configs: [
            {
              url: webhookUrl,
              send_resolved: true,
              http_config: {
                follow_redirects: false,
                authorization: { type: 'Bearer', credentials_file: credentialsFile },
              },
            },
          ],
        },
        ...targets.flatMap(renderReceivers),
      ],
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

/** Command line of the part's container: no cluster, short memory of what was sent. */
export function renderAlertmanagerArguments({ listenAddress = '0.0.0.0:9093' } = {}): string[] {
  return [
    '--config.file=/etc/alertmanager/alertmanager.yml',
    '--storage.path=/alertmanager',
    '--data.retention=24h',
    `--web.listen-address=${listenAddress}`,
    '--cluster.listen-address=',
    '--log.level=warn',
  ];
}
