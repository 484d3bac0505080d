import type { Command } from 'commander';
import { z } from 'zod';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { followOperation } from '../calls/follow-operation.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { createProgressLines } from '../output/progress-lines.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';

type Options = FormatOptions & { wait: boolean };

const pulledImages = z.object({
  images: z.record(z.string(), z.looseObject({ ref: z.string(), imageId: z.string(), isNewer: z.boolean() })),
});

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app>', 'unique name or id of an app')
    .option('--no-wait', 'print the operation and do not wait for its end');
  addExamples(addFormat(command), [
    ['crane pull shop-1', 'then crane deploy runs what is newer'],
    ['crane pull shop-1 --json', ''],
  ]).action(async (app: string, options: Options) => pull(context, app, options));
}

async function pull(context: CliContext, app: string, options: Options): Promise<void> {
  const { terminal, signal } = context;
  const api = connect(context);
  const { operation } = await api.pull(app);
  if (!options.wait) {
    if (isJson(options)) writeJson(terminal.out, { operation });
    else terminal.out.write(`${operation.id}\n`);
    return;
  }
  const { result } = await followOperation(api, operation, {
    lines: createProgressLines(terminal.err),
    signal,
  });
  const images = Object.entries(pulledImages.parse(result).images).map(
    ([service, { ref, imageId, isNewer }]) => ({ service, image: ref, imageId, isNewer }),
  );
  if (isJson(options)) return writeJson(terminal.out, images);
  if (images.length === 0)
    return terminal.err.write(
      'Nothing to pull: every service is built. Build anew with crane build --pull\n',
    );
  terminal.out.write(
    renderTable(
      terminal.out,
      [
        { title: 'SERVICE', cell: (item) => item.service },
        { title: 'IMAGE', cell: (item) => item.image },
        { title: 'ID', cell: (item) => item.imageId.slice(7, 19) },
        { title: 'STATE', cell: (item) => (item.isNewer ? 'newer than what runs' : 'as it runs') },
      ],
      images,
    ),
  );
}
