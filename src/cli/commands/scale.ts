import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { parseSomeDuration, parseWhole } from '../input/duration.ts';
import { addExamples, addFormat, isJson } from '../options.ts';
import { runChange, type ChangeOptions } from '../run-change.ts';
import { showApp } from '../show-app.ts';

type Options = ChangeOptions & { for?: string; auto?: boolean };

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app>', 'unique name or id of an app')
    .argument('[service=replicas...]', 'how many instances of which service; with --auto names only')
    .option('--for <duration>', 'hold the number so long: the autoscaler leaves it alone, as 30m')
    .option('--auto', 'end such a hold: the autoscaler goes on; without names for every service')
    .option('--no-wait', 'print the operation and do not wait for its end');
  addExamples(addFormat(command), [
    ['crane scale shop-1 web=3', ''],
    ['crane scale shop-1 web=2 worker=4', ''],
    ['crane scale shop-1 web=5 --for 30m', 'an override; crane ps shows it'],
    ['crane scale shop-1 web --auto', 'ends it early'],
  ]).action(async (app: string, words: string[], options: Options) => {
    if (options.auto === true) await goAuto(context, app, words, options);
    else await setReplicas(context, app, words, options);
  });
}

async function setReplicas(
  context: CliContext,
  app: string,
  pairs: readonly string[],
  options: Options,
): Promise<void> {
  if (pairs.length === 0)
    throw usageError('Say how many replicas of which service.', `Write it as: crane scale ${app} web=3`);
  const replicas = parseReplicas(pairs);
  const forMs = options.for === undefined ? undefined : Math.round(parseSomeDuration(options.for, '--for'));
  await runChange(context, app, options, async (api) => api.scale(app, replicas, forMs));
}

async function goAuto(context: CliContext, app: string, services: string[], options: Options): Promise<void> {
  const wrong = services.find((word) => word.includes('=')) ?? options.for;
  if (wrong !== undefined)
    throw usageError(
      `--auto takes names of services only (saw ${JSON.stringify(wrong)}).`,
      'Write it as web.',
    );
  const changed = await connect(context).scaling.auto(app, services);
  showApp(context, changed, { json: isJson(options) });
}

/** `web=3 worker=2` → `{ web: 3, worker: 2 }`. @throws usage error. */
export function parseReplicas(pairs: readonly string[]): Record<string, number> {
  const replicas: Record<string, number> = {};
  for (const pair of pairs) {
    const [, service, count] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
    if (service === undefined || count === undefined) {
      throw usageError(`${JSON.stringify(pair)} is not SERVICE=REPLICAS.`, 'Write it as web=3.');
    }
    if (Object.hasOwn(replicas, service))
      throw usageError(`${service} is named twice.`, 'Name each service once.');
    replicas[service] = parseWhole(count, `the replicas of ${service}`, { min: 0, max: 10_000 });
  }
  return replicas;
}
