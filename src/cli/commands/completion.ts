import type { Command } from 'commander';
import { Argument } from 'commander';
import type { CliContext } from '../context.ts';
import { addExamples } from '../options.ts';
import { renderCompletion, shells, type CompletionNode, type Shell } from '../output/completion.ts';

export function declare(command: Command, context: CliContext): void {
  command.addArgument(new Argument('<shell>', 'which shell').choices(shells));
  addExamples(command, [
    ['crane completion bash > ~/.local/share/bash-completion/completions/crane', ''],
    ['crane completion zsh > "${fpath[1]}/_crane"', ''],
    ['crane completion fish > ~/.config/fish/completions/crane.fish', ''],
  ]).action(async (shell: Shell) => {
    const { createProgram } = await import('../program.ts');
    const program = await createProgram(context, 'all');
    context.terminal.out.write(
      renderCompletion(shell, program.createHelp().visibleCommands(program).map(nodeOf)),
    );
  });
}

function nodeOf(command: Command): CompletionNode {
  const options = command.options.filter((option) => !option.hidden && option.long !== undefined);
  return {
    name: command.name(),
    summary: command.summary(),
    options: options.map((option) => option.long ?? ''),
  };
}
