import type { CommandEntry } from './command-entry.ts';

/** People, and what they share and did. */
export const peopleCommands: readonly CommandEntry[] = [
  {
    name: 'users',
    alias: 'user',
    group: 'Account:',
    summary: 'people: add, invite, disable, roles, passwords, registration',
    load: () => import('../commands/users.ts'),
  },
  {
    name: 'groups',
    alias: 'group',
    group: 'Account:',
    summary: 'share apps with others, as viewers, operators or owners',
    load: () => import('../commands/groups.ts'),
  },
  {
    name: 'second-factor',
    group: 'Account:',
    summary: 'a code of an authenticator at each login: on, off, recovery codes',
    load: () => import('../commands/second-factor.ts'),
  },
  {
    name: 'token',
    alias: 'tokens',
    group: 'Account:',
    summary: 'tokens for programs, limited to verbs and apps',
    load: () => import('../commands/token.ts'),
  },
  {
    name: 'audit',
    group: 'Account:',
    summary: 'show, verify and export who did what',
    load: () => import('../commands/audit.ts'),
  },
  {
    name: 'break-glass',
    group: 'Account:',
    summary: 'run a command as who owns the machine, without a login or the policy engine',
    load: () => import('../commands/break-glass.ts'),
  },
];
