import type { CommandEntry } from './command-entry.ts';

/** Telling people. */
export const notifyCommands: readonly CommandEntry[] = [
  {
    name: 'notify',
    group: 'The loop:',
    summary: 'be told by mail, Slack, a webhook, Teams, PagerDuty or Jira',
    load: () => import('./commands/notify.ts'),
  },
  {
    name: 'inbox',
    group: 'The loop:',
    summary: 'show what you should know: alerts, failures, parts that are down',
    load: () => import('./commands/inbox.ts'),
  },
];
