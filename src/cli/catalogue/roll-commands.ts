/** Entries of the table of commands: what is done with a release on its way, and with one that is tried beside the one that serves. */
export const rollCommands = [
  {
    name: 'pause',
    group: 'Apps:',
    summary: 'let the deployment of an app stop before its next step',
    load: () => import('../commands/pause.ts'),
  },
  {
    name: 'resume',
    group: 'Apps:',
    summary: 'let a paused deployment go on',
    load: () => import('../commands/resume.ts'),
  },
  {
    name: 'canary',
    group: 'Apps:',
    summary: 'give the canary of an app another share of the requests',
    load: () => import('../commands/canary.ts'),
  },
  {
    name: 'promote',
    group: 'Apps:',
    summary: 'make the canary of an app its own release',
    load: () => import('../commands/promote.ts'),
  },
  {
    name: 'abort',
    group: 'Apps:',
    summary: 'end the canary of an app',
    load: () => import('../commands/abort.ts'),
  },
] as const;
