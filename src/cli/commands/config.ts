import { Option, type Command } from 'commander';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addDeployOptions, readRequest, type DeployOptions } from '../input/deploy-request.ts';
import { addExamples } from '../options.ts';
import { writeJson } from '../output/terminal.ts';
import type { ComposeView } from '../calls/views.ts';

type Listing = 'services' | 'images' | 'volumes' | 'networks' | 'hash';
type Options = DeployOptions & { [K in Listing]?: boolean } & {
  json?: boolean;
  format: 'yaml' | 'json';
  quiet?: boolean;
};

const listings: readonly Listing[] = ['services', 'images', 'volumes', 'networks', 'hash'];

export function declare(command: Command, context: CliContext): void {
  const withOptions = addDeployOptions(command)
    .addOption(
      new Option('--format <format>', 'how to print the model').choices(['yaml', 'json']).default('yaml'),
    )
    .option('--json', 'short for --format json')
    .option('-q, --quiet', 'only check the files')
    .option('--services', 'only the names of the services')
    .option('--images', 'only the images')
    .option('--volumes', 'only the names of the volumes')
    .option('--networks', 'only the names of the networks')
    .option('--hash', 'only each service with a hash of its settings');
  addExamples(withOptions, [
    ['crane config', 'the compose file of this folder, resolved'],
    ['crane config -f compose.yaml -f prod.yaml --json', 'several files merged'],
    ['crane config --images', 'one image per line'],
    ['crane config --app shop-1', 'what an app was deployed from, as one file'],
  ]).action(async (options: Options) => {
    if (options.app !== undefined && options.file === undefined)
      return printGenerated(context, options.app, options);
    const { name: _folder, ...request } = await readRequest(context, options);
    const named = options.name === undefined ? request : { ...request, name: options.name };
    print(context, await connect(context).check(named), options);
  });
}

/** The file that Crane generated from what was deployed: the same release gives the same bytes. */
async function printGenerated(context: CliContext, app: string, options: Options): Promise<void> {
  const { out } = context.terminal;
  const text = await connect(context).compose(app);
  if (options.quiet === true) return;
  if (options.json === true || options.format === 'json') writeJson(out, parse(text));
  else out.write(text);
}

function print({ terminal }: CliContext, checked: ComposeView, options: Options): void {
  const { out, err } = terminal;
  for (const { place, pointer, message } of checked.warnings)
    err.write(
      `${err.paint('yellow', 'warning')}: ${place} ${pointer.slice(1).replaceAll('/', '.')}: ${message}\n`,
    );
  if (options.quiet === true) return;
  const isJson = options.json === true || options.format === 'json';
  const listing = listings.find((each) => options[each] === true);
  if (listing !== undefined) {
    const lines = listingOf(listing, checked);
    if (isJson) writeJson(out, lines);
    else out.write(lines.map((line) => `${line}\n`).join(''));
  } else if (isJson) writeJson(out, checked.config);
  else out.write(stringify(checked.config, { aliasDuplicateObjects: false, lineWidth: 0 }));
}

const modelSchema = z.looseObject({
  name: z.string(),
  services: z.record(z.string(), z.looseObject({ image: z.string().optional() })),
  volumes: z.record(z.string(), z.unknown()).default({}),
  networks: z.record(z.string(), z.unknown()).default({}),
});

/** A service that is only built has the image that Compose would name so. */
function listingOf(listing: Listing, { config, hashes }: ComposeView): string[] {
  const model = modelSchema.parse(config);
  switch (listing) {
    case 'services':
      return Object.keys(model.services).sort();
    case 'volumes':
      return Object.keys(model.volumes).sort();
    case 'networks':
      return Object.keys(model.networks).sort();
    case 'images':
      return Object.entries(model.services)
        .map(([service, { image }]) => image ?? `${model.name}-${service}`)
        .sort();
    case 'hash':
      return Object.entries(hashes)
        .map(([service, hash]) => `${service} ${hash}`)
        .sort();
  }
}
