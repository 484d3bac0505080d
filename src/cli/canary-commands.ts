/** Entries of the table of commands: what is done with a release that is tried beside the one that serves. */
export const canaryCommands = [
  {
    name: 'canary',
    group: 'Apps:',
    summary: 'give the canary of an app another share of the requests',
    load: () => import('./commands/canary.ts'),
  },
  {
    name: 'promote',
    group: 'Apps:',
    summary: 'make the canary of an app its own release',
    load: () => import('./commands/promote.ts'),
  },
  {
    name: 'abort',
    group: 'Apps:',
    summary: 'end the canary of an app',
    load: () => import('./commands/abort.ts'),
  },
] as const;
