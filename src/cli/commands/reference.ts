import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { renderReference } from '../output/reference.ts';

export function declare(command: Command, context: CliContext): void {
  command.action(async () => {
    const { createProgram } = await import('../program.ts');
    context.terminal.out.write(renderReference(await createProgram(context, 'all')));
  });
}
