import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { Api } from '../calls/api.ts';
import { usageError } from '../cli-error.ts';
import { findComposeFiles } from '../input/compose-files.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { readRequest } from '../input/deploy-request.ts';
import { followOperation } from '../calls/follow-operation.ts';
import { addExamples, addFormat, append, isJson } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { createProgressLines } from '../output/progress-lines.ts';
import { writeJson } from '../output/terminal.ts';
import type { ChangeOptions } from '../run-change.ts';
import { showApp } from '../show-app.ts';

type Options = ChangeOptions & {
  name?: string;
  envFile?: string[];
  pull?: 'missing' | 'always' | 'never';
};

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<path>', 'folder or ZIP archive that crane export wrote')
    .option('--name <name>', 'name of the new app; else the one it had')
    .option('--env-file <file>', 'variables of this file in place of .env; repeat for more', append)
    .addOption(new Option('--pull <when>', 'when to pull images').choices(['missing', 'always', 'never']))
    .option('--no-wait', 'print what was accepted and do not wait');
  addExamples(addFormat(command), [
    ['crane import shop', 'a new app, equal to the exported one'],
    ['crane import shop.zip --name staging --env-file staging.env', ''],
  ]).action(async (path: string, options: Options) => importApp(context, path, options));
}

async function importApp(context: CliContext, path: string, options: Options): Promise<void> {
  const { terminal, signal } = context;
  const api = connect(context);
  const { app, operation, warnings } = await send(context, api, path, options);
  for (const { place, message } of warnings)
    terminal.err.write(`${terminal.err.paint('yellow', 'warning:')} ${escapeLine(`${place} ${message}`)}\n`);
  if (!options.wait) {
    if (isJson(options)) writeJson(terminal.out, { ...app, operation });
    else terminal.out.write(`${app.uniqueName}\n`);
    return;
  }
  const lines = createProgressLines(terminal.err);
  lines.say(`Importing ${escapeLine(app.uniqueName)}`);
  await followOperation(api, operation, { lines, signal });
  showApp(context, await api.app(app.uniqueName), { json: isJson(options) });
}

/** A folder is read here, with the files that it names; an archive is unpacked by the control plane. */
async function send(
  context: CliContext,
  api: Api,
  path: string,
  { name, envFile = [], pull }: Options,
): ReturnType<Api['create']> {
  const at = resolve(path);
  if (!existsSync(at)) throw usageError(`There is nothing at ${path}.`, 'Check the path.');
  if (statSync(at).isDirectory()) {
    const file = findComposeFiles(at);
    if (file === null)
      throw usageError(`${path} holds no compose.yaml.`, 'Name a folder that crane export wrote.');
    // Variables of the shell that name compose files or profiles are about other apps.
    const { settings } = context;
    const own = { ...context, settings: { ...settings, compose: { files: [], profiles: [], envFiles: [] } } };
    const request = await readRequest(own, { file, envFile, ...(pull === undefined ? {} : { pull }) });
    return api.create(name === undefined ? request : { ...request, name });
  }
  return api.importArchive({
    archive: readArchive(at),
    name,
    envFile: envFile.length === 0 ? undefined : envFile.map(readEnv).join('\n'),
    pull,
  });
}

const maxArchiveBytes = 1_400_000;

function readArchive(path: string): Uint8Array {
  const { size } = statSync(path);
  if (size <= maxArchiveBytes) return readFileSync(path);
  throw usageError(`${path} is too large: ${size} bytes, at most ${maxArchiveBytes}.`, 'Check the path.');
}

function readEnv(path: string): string {
  if (existsSync(path) && statSync(path).isFile()) return readFileSync(path, 'utf8');
  throw usageError(`There is no file ${path}.`, 'Check the path after --env-file.');
}
