import type { CommandEntry } from './command-entry.ts';

/** Commands that look and reach into instances, in the order of the help. */
export const instanceCommands: readonly CommandEntry[] = [
  {
    name: 'logs',
    group: 'Apps:',
    summary: 'show what an app writes',
    load: () => import('../commands/logs.ts'),
  },
  {
    name: 'exec',
    group: 'Apps:',
    summary: 'run a command in an instance',
    passesExitCode: true,
    load: () => import('../commands/exec.ts'),
  },
  {
    name: 'run',
    group: 'Apps:',
    summary: 'run a one-off instance of a service',
    passesExitCode: true,
    load: () => import('../commands/run.ts'),
  },
  {
    name: 'cp',
    group: 'Apps:',
    summary: 'copy files into or out of an instance',
    load: () => import('../commands/cp.ts'),
  },
  {
    name: 'top',
    group: 'Apps:',
    summary: 'show the processes of an app',
    load: () => import('../commands/top.ts'),
  },
  {
    name: 'port',
    group: 'Apps:',
    summary: 'show under which addresses instances are published',
    load: () => import('../commands/port.ts'),
  },
];
