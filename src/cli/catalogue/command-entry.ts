import type { Command } from 'commander';
import type { CliContext } from '../context.ts';

/** A command's own file: gives the command its arguments, options, examples and action. */
export type CommandModule = { declare(command: Command, context: CliContext): void };

export type CommandEntry = {
  name: string;
  /** Another word for it. */
  alias?: string;
  summary: string;
  group: 'Platform:' | 'Apps:' | 'The loop:' | 'Account:' | 'Other:';
  isHidden?: boolean;
  /** Exits with the code of the command it runs: Crane's own failures are then 125, as docker has it. */
  passesExitCode?: boolean;
  /** Only the file of the called command is loaded. */
  load: () => Promise<CommandModule>;
};
