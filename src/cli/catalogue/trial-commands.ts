import type { CommandEntry } from './command-entry.ts';

/** What tries the loop out, and what it costs. */
export const trialCommands: readonly CommandEntry[] = [
  {
    name: 'chaos',
    group: 'The loop:',
    summary: 'disturb a service on purpose for a while, always undone',
    load: () => import('../commands/chaos.ts'),
  },
  {
    name: 'cost',
    group: 'The loop:',
    summary: 'show resource-hours, an indicative price, and what scaling saved',
    load: () => import('../commands/cost.ts'),
  },
  {
    name: 'lab',
    alias: 'labs',
    group: 'The loop:',
    summary: 'guided labs: learn by doing, checked by what really happened',
    load: () => import('../commands/lab.ts'),
  },
];
