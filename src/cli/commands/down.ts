import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { createProgressLines } from '../output/progress-lines.ts';
import { writeJson } from '../output/terminal.ts';
import { downResult } from '../platform/platform-result.ts';
import { runVerb } from '../platform/run-verb.ts';

type Options = FormatOptions & { purge?: boolean; keepImages?: boolean };

export function declare(command: Command, context: CliContext): void {
  command
    .option('--purge', "also remove Crane's data and images")
    .option('--keep-images', 'with --purge: keep the images and what was built for them');
  addExamples(addFormat(command), [
    ['crane down', 'crane up brings everything back as it was'],
    ['crane down --purge', 'nothing of Crane is left'],
  ]).action(async (options: Options) => down(context, options));
}

async function down(context: CliContext, options: Options): Promise<void> {
  const { terminal, settings } = context;
  const result = await takeDown(context, options);
  const { url } = downResult.parse(result);
  if (options.purge === true) settings.forgetLogin(url ?? settings.url());
  if (isJson(options)) writeJson(terminal.out, { ok: true, purged: options.purge ?? false, result });
  else
    terminal.out.write(
      options.purge === true
        ? `Crane is gone, with its data${options.keepImages === true ? '' : ' and images'}.\n`
        : 'Crane is down. Bring it back with: crane up\n',
    );
}

/** Stops apps, control plane and parts; the verb's own result. */
export async function takeDown(
  context: CliContext,
  options: { purge?: boolean; keepImages?: boolean },
): Promise<unknown> {
  const lines = createProgressLines(context.terminal.err);
  const flags = [
    ...(options.purge === true ? ['--purge'] : []),
    ...(options.keepImages === true ? ['--keep-images'] : []),
  ];
  try {
    return await runVerb(context, ['down', ...flags], (progress) => lines.show(progress));
  } finally {
    lines.end();
  }
}
