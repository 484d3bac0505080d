import type { Command } from 'commander';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addDeployOptions, findExisting, readRequest, type DeployOptions } from '../input/deploy-request.ts';
import { addExamples, addFormat, type FormatOptions } from '../options.ts';
import { showPreview } from '../output/show-preview.ts';

type Options = FormatOptions & DeployOptions;

export function declare(command: Command, context: CliContext): void {
  addExamples(addFormat(addDeployOptions(command)), [
    ['crane diff', 'the compose file of this folder against what runs'],
    ['crane diff -f compose.yaml --app shop-1 --json', ''],
  ]).action(async (options: Options) => {
    const request = await readRequest(context, options);
    const api = connect(context);
    const existing = await findExisting(api, options.app, request.name);
    showPreview(context, await api.plan(existing, request), options);
  });
}
