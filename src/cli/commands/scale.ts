import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import type { CliContext } from '../context.ts';
import { parseWhole } from '../duration.ts';
import { addExamples, addFormat } from '../options.ts';
import { runChange, type ChangeOptions } from '../run-change.ts';

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app>', 'unique name or id of an app')
    .argument('<service=replicas...>', 'how many instances of which service')
    .option('--no-wait', 'print the operation and do not wait for its end');
  addExamples(addFormat(command), [
    ['crane scale shop-1 web=3', ''],
    ['crane scale shop-1 web=2 worker=4', ''],
  ]).action(async (app: string, pairs: string[], options: ChangeOptions) =>
    runChange(context, app, options, async (api) => api.scale(app, parseReplicas(pairs))),
  );
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
