import type { Command } from 'commander';
import { z } from 'zod';
import { sendBuilds } from '../build/send-builds.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addDeployOptions, findExisting, readRequest, type DeployOptions } from '../input/deploy-request.ts';
import { followOperation } from '../calls/follow-operation.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { createProgressLines } from '../output/progress-lines.ts';
import { renderWarning } from '../output/render-warning.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';

type Options = FormatOptions &
  Omit<DeployOptions, 'pull'> & { pull?: boolean; cache: boolean; wait: boolean };

const builtImages = z.object({
  images: z.record(z.string(), z.looseObject({ ref: z.string(), imageId: z.string() })),
});

export function declare(command: Command, context: CliContext): void {
  addDeployOptions(command.argument('[service...]', 'which services; all that are built otherwise'), {
    hasPull: false,
  })
    .option('--pull', 'look for base images in their registry even when they are here')
    .option('--no-cache', 'do every step anew')
    .option('--no-wait', 'print the operation and do not wait for its end');
  addExamples(addFormat(command), [
    ['crane build', 'every service of the compose file of this folder that is built'],
    ['crane build web --no-cache', ''],
    ['crane build -f compose.yaml --app shop-1 --json', ''],
  ]).action(async (services: string[], options: Options) => build(context, services, options));
}

async function build(context: CliContext, services: string[], options: Options): Promise<void> {
  const { terminal, signal } = context;
  const { pull: isPulling = false, cache: hasCache, ...rest } = options;
  const asked = await readRequest(context, rest);
  const api = connect(context);
  const existing = await findExisting(api, options.app, asked.name);
  const lines = createProgressLines(terminal.err);
  const request = await sendBuilds(api, asked, { existing, isBuilding: true, services, lines });
  const accepted = await api.build(existing, { ...request, services, isPullingBases: isPulling, hasCache });
  for (const warning of accepted.warnings) terminal.err.write(renderWarning(terminal.err, warning));
  const { operation } = accepted;
  if (!options.wait) {
    if (isJson(options)) writeJson(terminal.out, { operation });
    else terminal.out.write(`${operation.id}\n`);
    return;
  }
  const { result } = await followOperation(api, operation, { lines, signal });
  const images = Object.entries(builtImages.parse(result).images).map(([service, { ref, imageId }]) => ({
    service,
    image: ref,
    imageId,
  }));
  if (isJson(options)) return writeJson(terminal.out, images);
  terminal.out.write(
    renderTable(
      terminal.out,
      [
        { title: 'SERVICE', cell: (item) => item.service },
        { title: 'IMAGE', cell: (item) => item.image },
        { title: 'ID', cell: (item) => item.imageId.slice(7, 19) },
      ],
      images,
    ),
  );
}
