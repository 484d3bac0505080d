import type { RelayedTarget } from '../../core/port/send-message.ts';

/** Labels that lead an alert of Crane's to a receiver; whoever has them goes no further. */
export const relayLabels = { target: 'crane_target', notice: 'crane_notice', once: 'crane_once' } as const;

/** Alertmanager repeats by itself; each notice is a group of its own, since Crane has grouped already. */
export function renderTargetRoutes({ target }: RelayedTarget): object[] {
  const common = {
    group_by: [relayLabels.notice],
    group_wait: '0s',
    group_interval: '5s',
    repeat_interval: `${target.pace.repeatMs}ms`,
  };
  const ofTarget = `${relayLabels.target}="${target.id}"`;
  return [
    { ...common, receiver: `${target.id}-once`, matchers: [ofTarget, `${relayLabels.once}="true"`] },
    { ...common, receiver: target.id, matchers: [ofTarget] },
  ];
}

/** Two for each target: what happened once is never told to be over. */
export function renderReceivers(relayed: RelayedTarget): object[] {
  const { id, wants } = relayed.target;
  return [
    { name: `${id}-once`, ...renderReceiver(relayed, false) },
    { name: id, ...renderReceiver(relayed, wants.isToldEnd) },
  ];
}

const title =
  '{{ if eq .Status "resolved" }}[over] {{ end }}{{ .CommonLabels.app }} {{ .CommonAnnotations.title }}';
const text = '{{ .CommonAnnotations.text }}';

function renderReceiver({ target: { settings }, secret }: RelayedTarget, isToldEnd: boolean): object {
  const common = { send_resolved: isToldEnd };
  if (settings.kind === 'teams')
    return { msteamsv2_configs: [{ ...common, webhook_url: secret, title, text }] };
  if (settings.kind === 'pagerduty')
    return {
      pagerduty_configs: [
        {
          ...common,
          routing_key: secret,
          ...(settings.url === null ? {} : { url: settings.url }),
          description: title,
          severity: '{{ .CommonLabels.severity }}',
          class: '{{ .CommonLabels.kind }}',
          component: '{{ .CommonLabels.service }}',
          group: '{{ .CommonLabels.app }}',
          details: { text },
        },
      ],
    };
  if (settings.kind === 'jira')
    return {
      jira_configs: [
        {
          ...common,
          api_url: settings.url,
          project: settings.project,
          issue_type: settings.issueType,
          summary: title,
          description: text,
          http_config: { basic_auth: { username: settings.user, password: secret } },
        },
      ],
    };
  throw new Error(`${settings.kind} is no receiver of Alertmanager`);
}
