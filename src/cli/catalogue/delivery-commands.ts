import type { CommandEntry } from './command-entry.ts';

/** What changes apps from programs, and tells programs what happens. */
export const deliveryCommands: readonly CommandEntry[] = [
  {
    name: 'set',
    group: 'Apps:',
    summary: 'change settings of an app: image, environment, limits, bounds',
    load: () => import('../commands/set.ts'),
  },
  {
    name: 'hook',
    group: 'Apps:',
    summary: 'deploy hooks: let a CI job bring new images to an app',
    load: () => import('../commands/hook.ts'),
  },
  {
    name: 'webhook',
    group: 'Apps:',
    summary: 'tell other programs what happens, by signed requests',
    load: () => import('../commands/webhook.ts'),
  },
];
