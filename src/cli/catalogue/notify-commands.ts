import type { CommandEntry } from './command-entry.ts';

/** Telling people. */
export const notifyCommands: readonly CommandEntry[] = [
  {
    name: 'notify',
    group: 'The loop:',
    summary: 'be told by mail, Slack, a webhook, Teams, PagerDuty or Jira',
    load: () => import('../commands/notify.ts'),
  },
  {
    name: 'alerts',
    group: 'The loop:',
    summary: 'take alerts of other monitoring systems: Grafana, or any JSON',
    load: () => import('../commands/alerts.ts'),
  },
  {
    name: 'silence',
    group: 'The loop:',
    summary: 'let alerts of an app cause nothing for a while',
    load: () => import('../commands/silence.ts'),
  },
  {
    name: 'maintenance',
    group: 'The loop:',
    summary: 'let scaling of an app hold, and tell nobody, for a while',
    load: () => import('../commands/maintenance.ts'),
  },
  {
    name: 'inbox',
    group: 'The loop:',
    summary: 'show what you should know: alerts, failures, parts that are down',
    load: () => import('../commands/inbox.ts'),
  },
];
