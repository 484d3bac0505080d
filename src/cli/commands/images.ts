import type { Command } from 'commander';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import { formatAge, formatBytes } from '../output/units.ts';
import type { ImageView } from '../calls/views.ts';

type Options = FormatOptions & { quiet?: boolean };

export function declare(command: Command, context: CliContext): void {
  command
    .argument('[app]', 'unique name or id of an app; all of yours otherwise')
    .option('-q, --quiet', 'print the ids only');
  addExamples(addFormat(command), [
    ['crane images', ''],
    ['crane images shop-1 --json', ''],
  ]).action(async (app: string | undefined, options: Options) => listImages(context, app, options));
}

async function listImages(context: CliContext, app: string | undefined, options: Options): Promise<void> {
  const { out } = context.terminal;
  const images = await connect(context).images(app);
  if (isJson(options)) return writeJson(out, images);
  if (options.quiet === true) return out.write(images.map((image) => `${image.imageId}\n`).join(''));
  const now = Date.now();
  out.write(
    renderTable<ImageView>(
      out,
      [
        { title: 'IMAGE', cell: (image) => image.image },
        { title: 'ID', cell: (image) => image.imageId.slice(7, 19) },
        {
          title: 'SIZE',
          cell: (image) => (image.sizeBytes === null ? 'gone' : formatBytes(image.sizeBytes)),
          align: 'right',
        },
        {
          title: 'AGE',
          cell: (image) => (image.createdAt === null ? null : formatAge(now - image.createdAt)),
        },
        { title: 'USED BY', cell: (image) => image.usedBy.map(useText).join(', ') },
      ],
      images,
    ),
  );
  if (images.length === 0) context.terminal.err.write('No images yet: nothing was deployed.\n');
}

/** `shop-1/web 2-4*`: the releases that run it; the star marks the current one among them. */
function useText({ app, service, releases, isCurrent }: ImageView['usedBy'][number]): string {
  return `${app}/${service} ${rangesOf(releases)}${isCurrent ? '*' : ''}`;
}

/** 1, 2, 3, 7 → `1-3,7`. */
function rangesOf(numbers: readonly number[]): string {
  const ranges: [from: number, to: number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}
