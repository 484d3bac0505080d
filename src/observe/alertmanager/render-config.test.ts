import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parse } from 'yaml';
import { renderAlertmanagerArguments, renderAlertmanagerConfig } from './render-config.ts';

it('sends every alert to the webhook at once, with the credential, grouped by app, service and rule', () => {
  const config: unknown = parse(
    renderAlertmanagerConfig({ webhookUrl: 'http://10.210.0.1:7071/internal/alerts' }),
  );
  assert.deepEqual(config, {
    route: {
      receiver: 'crane',
      group_by: ['app', 'service', 'alertname'],
      group_wait: '0s',
      group_interval: '1000ms',
      repeat_interval: '15000ms',
    },
    receivers: [
      {
        name: 'crane',
        webhook_configs: [
          {
            url: 'http://10.210.0.1:7071/internal/alerts',
            send_resolved: true,
            http_config: {
              follow_redirects: false,
              authorization: { type: 'Bearer', credentials_file: '/etc/alertmanager/credential' },
            },
          },
        ],
      },
    ],
  });
});

it('runs alone: no cluster port', () => {
  assert.ok(renderAlertmanagerArguments().includes('--cluster.listen-address='));
});
