import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { parseInstanceRef } from '../input/instance-ref.ts';
import { addExamples, addFormat } from '../options.ts';
import { addSessionOptions, runAndExit, sessionStart, type SessionOptions } from './exec.ts';

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app>', 'unique name or id of an app; APP/SERVICE names both')
    .argument('[service]', 'the service whose image, networks and volumes it gets')
    .argument('[command...]', "the program and its arguments instead of the service's own; put -- before it")
    .option('--rm', 'remove it at the end; always so');
  addExamples(addFormat(addSessionOptions(command)), [
    ['crane run shop-1 web -- ./migrate --up', 'once, with the exit code of the command'],
    ['crane run shop-1 db -e PGPASSWORD -- psql -h db', 'beside the instances that run'],
    ['crane run shop-1 job', "the service's own command"],
  ])
    .addHelpText(
      'after',
      '\nIt is not routed, publishes no port and counts as no replica. Ctrl-C without a terminal stops it. Exits as crane exec does.',
    )
    .action(async (app: string, service: string | undefined, words: string[], options: SessionOptions) =>
      run(context, [app, service, words], options),
    );
}

type Words = [target: string, service: string | undefined, command: string[]];

async function run(
  context: CliContext,
  [target, second, words]: Words,
  options: SessionOptions,
): Promise<void> {
  const { app, service: named } = parseInstanceRef(target);
  const service = named ?? second;
  if (service === undefined)
    throw usageError('The service is missing.', `Call it as: crane run ${app} SERVICE [-- COMMAND…]`);
  const command = named === null || second === undefined ? words : [second, ...words];
  const start = sessionStart(context, command, options);
  await runAndExit(context, options, start, (signal) => connect(context).run(app, service, signal));
}
