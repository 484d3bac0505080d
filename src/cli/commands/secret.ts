import { Argument, type Command } from 'commander';
import type { SecretView } from '../calls/admission-calls.ts';
import type { Api } from '../calls/api.ts';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { followOperation } from '../calls/follow-operation.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { createProgressLines } from '../output/progress-lines.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import { formatAge } from '../output/units.ts';
import { readSecret } from '../input/read-secret.ts';

type Options = FormatOptions & { file?: string; apply?: boolean };

export function declare(command: Command, context: CliContext): void {
  command
    .addArgument(new Argument('<action>', 'what to do').choices(['set', 'ls', 'rm', 'rotate-key']))
    .argument('[app]', 'unique name or id of an app')
    .argument('[name]', 'set, rm: the name of the secret')
    .option('--file <file>', 'set: what is in this file; - = stdin; else stdin, or it is asked for')
    .option('--apply', 'set: bring it to what runs at once; else the next deployment does');
  addExamples(addFormat(command), [
    ['crane secret set shop-1 db-password', 'typed in, without being shown'],
    ['openssl rand -base64 32 | crane secret set shop-1 db-password --apply', ''],
    ['crane secret set shop-1 tls-key --file ./key.pem', ''],
    ['crane secret ls shop-1', 'names and who uses them, never what is in them'],
    ['crane secret rm shop-1 tls-key', ''],
    ['crane secret rotate-key', 'secrets are sealed anew; what runs is not touched'],
  ]).action(async (action: string, app: string | undefined, name: string | undefined, options: Options) => {
    const api = connect(context);
    if (action === 'rotate-key') return rotate(context, api, options);
    if (app === undefined) throw usageError(`crane secret ${action} needs an app.`);
    if (action === 'ls') return list(context, api, app, options);
    if (name === undefined) throw usageError(`crane secret ${action} needs the name of a secret.`);
    if (action === 'rm') return remove(context, api, { app, name }, options);
    return set(context, api, { app, name }, options);
  });
}

type Named = { app: string; name: string };

async function set(context: CliContext, api: Api, { app, name }: Named, options: Options): Promise<void> {
  const { out, err } = context.terminal;
  const value = await readSecret(context, name, options.file);
  const isApplying = options.apply === true;
  const done = await api.admission.setSecret(app, name, { value, isApplying });
  if (done.operation !== null)
    await followOperation(api, done.operation, { lines: createProgressLines(err), signal: context.signal });
  if (isJson(options)) return writeJson(out, done);
  const { services } = done.secret;
  const when =
    done.operation !== null
      ? `${services.join(', ')} has it`
      : services.length === 0
        ? 'nothing uses it yet'
        : `${services.join(', ')} gets it with the next deployment, or at once with --apply`;
  out.write(`${name} is kept; ${when}\n`);
}

async function list(
  { terminal: { out } }: CliContext,
  api: Api,
  app: string,
  options: Options,
): Promise<void> {
  const secrets = await api.admission.secrets(app);
  if (isJson(options)) return writeJson(out, secrets);
  const now = Date.now();
  const use = { yes: 'yes', no: 'with the next deployment', unused: '–' } as const;
  out.write(
    renderTable<SecretView>(
      out,
      [
        { title: 'NAME', cell: (secret) => secret.name },
        { title: 'CHANGED', cell: (secret) => formatAge(now - secret.updatedAt) },
        { title: 'BY', cell: ({ updatedBy }) => updatedBy ?? '–' },
        { title: 'USED BY', cell: ({ services }) => services.join(', ') || '–' },
        {
          title: 'IN USE',
          cell: ({ isApplied }) => use[isApplied === null ? 'unused' : isApplied ? 'yes' : 'no'],
        },
      ],
      secrets,
    ),
  );
}

async function remove(
  { terminal: { out } }: CliContext,
  api: Api,
  { app, name }: Named,
  options: Options,
): Promise<void> {
  await api.admission.removeSecret(app, name);
  if (isJson(options)) writeJson(out, { removed: name });
  else out.write(`${name} is removed\n`);
}

async function rotate({ terminal: { out } }: CliContext, api: Api, options: Options): Promise<void> {
  const done = await api.admission.rotateKey();
  if (isJson(options)) writeJson(out, done);
  else out.write(`A new key is in force; ${done.resealed} texts were sealed anew\n`);
}
