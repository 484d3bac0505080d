import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addExamples } from '../options.ts';

/** What follows is run by `runCli` before any command is looked for; this is its help. */
export function declare(command: Command, _context: CliContext): void {
  addExamples(command.argument('<command...>', 'any other command of crane, with its options'), [
    ['crane break-glass users ls', 'nobody has to be logged in'],
    ['crane break-glass users passwd ada', 'a new password for an admin who lost theirs'],
    ['crane break-glass policy rollback scaling', 'while the policy engine is down, too'],
    ['CRANE_URL=unix:/var/lib/crane/break-glass.sock crane audit', 'the same, by the address of the socket'],
  ]).action(() => command.help());
}
