import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { deliveryCommands } from './delivery-commands.ts';

/** A command's own file: gives the command its arguments, options, examples and action. */
export type CommandModule = { declare(command: Command, context: CliContext): void };

export type CommandEntry = {
  name: string;
  summary: string;
  group: 'Platform:' | 'Apps:' | 'The loop:' | 'Account:' | 'Other:';
  isHidden?: boolean;
  /** Exits with the code of the command it runs: Crane's own failures are then 125, as docker has it. */
  passesExitCode?: boolean;
  /** Only the file of the called command is loaded. */
  load: () => Promise<CommandModule>;
};

/** Every command, in the order of the help. */
export const commandTable: readonly CommandEntry[] = [
  {
    name: 'up',
    group: 'Platform:',
    summary: 'bring the platform up: engine, images, parts, control plane',
    load: () => import('./commands/up.ts'),
  },
  {
    name: 'down',
    group: 'Platform:',
    summary: 'take the platform and all apps down',
    load: () => import('./commands/down.ts'),
  },
  {
    name: 'status',
    group: 'Platform:',
    summary: 'show the parts, and how much runs',
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'ui',
    group: 'Platform:',
    summary: 'open the web pages, logged in',
    load: () => import('./commands/ui.ts'),
  },
  {
    name: 'doctor',
    group: 'Platform:',
    summary: 'check this machine and say what is missing',
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'demo',
    group: 'Platform:',
    summary: 'deploy, load, scale out, scale in and heal an app, live',
    load: () => import('./commands/demo.ts'),
  },
  {
    name: 'prepare',
    group: 'Platform:',
    summary: 'fetch or build everything the platform needs, without starting it',
    load: () => import('./commands/prepare.ts'),
  },
  {
    name: 'deploy',
    group: 'Apps:',
    summary: 'deploy an app from its compose files',
    load: () => import('./commands/deploy.ts'),
  },
  {
    name: 'build',
    group: 'Apps:',
    summary: 'build the images of an app, without deploying it',
    load: () => import('./commands/build.ts'),
  },
  {
    name: 'pull',
    group: 'Apps:',
    summary: 'pull the images of an app, without deploying it',
    load: () => import('./commands/pull.ts'),
  },
  {
    name: 'images',
    group: 'Apps:',
    summary: 'list the images of apps, and which releases need them',
    load: () => import('./commands/images.ts'),
  },
  {
    name: 'cancel',
    group: 'Apps:',
    summary: 'end an operation that goes on: a deployment, a build, a load',
    load: () => import('./commands/cancel.ts'),
  },
  { name: 'ls', group: 'Apps:', summary: 'list apps', load: () => import('./commands/ls.ts') },
  {
    name: 'ps',
    group: 'Apps:',
    summary: 'list the instances of an app',
    load: () => import('./commands/ps.ts'),
  },
  {
    name: 'stats',
    group: 'Apps:',
    summary: 'show what the instances of an app use',
    load: () => import('./commands/stats.ts'),
  },
  {
    name: 'scale',
    group: 'Apps:',
    summary: 'set how many instances of a service are wanted',
    load: () => import('./commands/scale.ts'),
  },
  {
    name: 'logs',
    group: 'Apps:',
    summary: 'show what an app writes',
    load: () => import('./commands/logs.ts'),
  },
  {
    name: 'exec',
    group: 'Apps:',
    summary: 'run a command in an instance',
    passesExitCode: true,
    load: () => import('./commands/exec.ts'),
  },
  {
    name: 'run',
    group: 'Apps:',
    summary: 'run a one-off instance of a service',
    passesExitCode: true,
    load: () => import('./commands/run.ts'),
  },
  {
    name: 'top',
    group: 'Apps:',
    summary: 'show the processes of an app',
    load: () => import('./commands/top.ts'),
  },
  {
    name: 'port',
    group: 'Apps:',
    summary: 'show under which addresses instances are published',
    load: () => import('./commands/port.ts'),
  },
  {
    name: 'stop',
    group: 'Apps:',
    summary: 'stop an app; it stays stopped',
    load: () => import('./commands/stop.ts'),
  },
  {
    name: 'start',
    group: 'Apps:',
    summary: 'start a stopped app',
    load: () => import('./commands/start.ts'),
  },
  {
    name: 'restart',
    group: 'Apps:',
    summary: 'replace every instance of an app, one after the other',
    load: () => import('./commands/restart.ts'),
  },
  {
    name: 'history',
    group: 'Apps:',
    summary: 'list the releases of an app: who, when, what changed',
    load: () => import('./commands/history.ts'),
  },
  {
    name: 'config',
    group: 'Apps:',
    summary: 'print the compose files resolved: variables, merging, long forms',
    load: () => import('./commands/config.ts'),
  },
  {
    name: 'diff',
    group: 'Apps:',
    summary: 'show what deploying the compose files would change',
    load: () => import('./commands/diff.ts'),
  },
  {
    name: 'rollback',
    group: 'Apps:',
    summary: 'bring an app back to an earlier release',
    load: () => import('./commands/rollback.ts'),
  },
  {
    name: 'clone',
    group: 'Apps:',
    summary: 'make a new app from the release of another',
    load: () => import('./commands/clone.ts'),
  },
  {
    name: 'export',
    group: 'Apps:',
    summary: 'write an app as files that serve it with Docker Compose alone',
    load: () => import('./commands/export.ts'),
  },
  {
    name: 'import',
    group: 'Apps:',
    summary: 'make a new app from exported files',
    load: () => import('./commands/import.ts'),
  },
  ...deliveryCommands,
  { name: 'rm', group: 'Apps:', summary: 'remove an app', load: () => import('./commands/rm.ts') },
  {
    name: 'mode',
    group: 'The loop:',
    summary: 'set whether the autoscaler acts, only decides, or holds',
    load: () => import('./commands/mode.ts'),
  },
  {
    name: 'schedule',
    group: 'The loop:',
    summary: 'give a service other bounds at certain hours',
    load: () => import('./commands/schedule.ts'),
  },
  {
    name: 'decisions',
    group: 'The loop:',
    summary: 'list what was decided, and why',
    load: () => import('./commands/decisions.ts'),
  },
  {
    name: 'explain',
    group: 'The loop:',
    summary: 'explain one decision from signal to effect',
    load: () => import('./commands/explain.ts'),
  },
  {
    name: 'rules',
    group: 'The loop:',
    summary: 'alert rules of your own: presets or PromQL, with preview and versions',
    load: () => import('./commands/rules.ts'),
  },
  {
    name: 'policy',
    group: 'The loop:',
    summary: 'show the policies; check, test and dry-run drafts of them',
    load: () => import('./commands/policy.ts'),
  },
  {
    name: 'replay',
    group: 'The loop:',
    summary: 'evaluate recorded decisions again, as they were or with another input',
    load: () => import('./commands/replay.ts'),
  },
  {
    name: 'simulate',
    group: 'The loop:',
    summary: 'show how many replicas a load would get, without touching anything',
    load: () => import('./commands/simulate.ts'),
  },
  {
    name: 'load',
    group: 'The loop:',
    summary: 'send load to an app, through the router',
    load: () => import('./commands/load.ts'),
  },
  {
    name: 'events',
    group: 'The loop:',
    summary: 'show the activity feed',
    load: () => import('./commands/events.ts'),
  },
  {
    name: 'login',
    group: 'Account:',
    summary: 'set Crane up, or store a token',
    load: () => import('./commands/login.ts'),
  },
  {
    name: 'logout',
    group: 'Account:',
    summary: 'forget the stored token',
    load: () => import('./commands/logout.ts'),
  },
  {
    name: 'whoami',
    group: 'Account:',
    summary: 'show who is logged in, and where',
    load: () => import('./commands/whoami.ts'),
  },
  {
    name: 'version',
    group: 'Other:',
    summary: 'show the versions of command line and control plane',
    load: () => import('./commands/version.ts'),
  },
  {
    name: 'completion',
    group: 'Other:',
    summary: 'print a completion script for bash, zsh or fish',
    load: () => import('./commands/completion.ts'),
  },
  {
    name: 'reference',
    group: 'Other:',
    summary: 'print the reference of all commands as Markdown',
    isHidden: true,
    load: () => import('./commands/reference.ts'),
  },
];
