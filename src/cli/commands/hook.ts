import { Argument, type Command } from 'commander';
import type { Api } from '../calls/api.ts';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import { formatAge } from '../output/units.ts';
import type { HookView } from '../calls/views.ts';

type Options = FormatOptions & { name?: string; service?: string; anyImage?: boolean; quiet?: boolean };

export function declare(command: Command, context: CliContext): void {
  command
    .addArgument(new Argument('<action>', 'what to do').choices(['create', 'ls', 'rm']))
    .argument('<app>', 'unique name or id of an app')
    .argument('[id]', 'rm: the id of the hook')
    .option('--name <name>', 'create: what it is called in events; else ci')
    .option('--service <service>', 'create: the one service it may change; else any')
    .option('--any-image', 'create: images of any repository, not only of the one that runs')
    .option('-q, --quiet', 'ls: print the ids only');
  addExamples(addFormat(command), [
    ['crane hook create shop-1 --service web', 'an address and a secret, shown this once'],
    [
      `curl -f -X POST -H "Authorization: Bearer $CRANE_HOOK_SECRET" --json '{"tag":"1.4.2"}' "$CRANE_HOOK_URL"`,
      'in CI',
    ],
    ['crane hook ls shop-1', ''],
    ['crane hook rm shop-1 hook-m1x2y3', 'calls of it are refused from now on'],
  ]).action(async (action: string, app: string, id: string | undefined, options: Options) => {
    const api = connect(context);
    if (action === 'create') await create(context, api, app, options);
    else if (action === 'rm') await remove(context, api, app, id, options);
    else await list(context, api, app, options);
  });
}

async function create(
  { terminal: { out, err } }: CliContext,
  api: Api,
  app: string,
  options: Options,
): Promise<void> {
  const { name, service, anyImage: isAnyImage = false } = options;
  const { hook, path, secret } = await api.delivery.createHook(app, { name, service, isAnyImage });
  const url = `${api.url}${path}`;
  if (isJson(options)) return writeJson(out, { ...hook, url, secret });
  out.write(`CRANE_HOOK_URL=${url}\nCRANE_HOOK_SECRET=${secret}\n`);
  err.write(
    `The secret is shown this once. Its hook is ${hook.id}; revoke it with: crane hook rm ${app} ${hook.id}\n`,
  );
}

async function remove(
  { terminal: { out } }: CliContext,
  api: Api,
  app: string,
  id: string | undefined,
  options: Options,
): Promise<void> {
  if (id === undefined)
    throw usageError('Which deploy hook is to go?', `crane hook ls ${app} lists them with their ids.`);
  await api.delivery.removeHook(app, id);
  if (isJson(options)) writeJson(out, { removed: id });
  else out.write(`${escapeLine(id)} is revoked\n`);
}

async function list(
  { terminal: { out } }: CliContext,
  api: Api,
  app: string,
  options: Options,
): Promise<void> {
  const hooks = await api.delivery.hooks(app);
  if (isJson(options)) return writeJson(out, hooks);
  if (options.quiet === true) {
    for (const { id } of hooks) out.write(`${escapeLine(id)}\n`);
    return;
  }
  const now = Date.now();
  out.write(
    renderTable<HookView>(
      out,
      [
        { title: 'ID', cell: (hook) => hook.id },
        { title: 'NAME', cell: (hook) => hook.name },
        { title: 'SERVICE', cell: (hook) => hook.service ?? 'any' },
        { title: 'IMAGES', cell: (hook) => (hook.isAnyImage ? 'any' : 'of what runs') },
        { title: 'AGE', cell: (hook) => formatAge(now - hook.createdAt) },
        {
          title: 'LAST CALL',
          cell: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : formatAge(now - lastUsedAt)),
        },
      ],
      hooks,
    ),
  );
}
