import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { writeJson } from '../output/terminal.ts';

type Options = FormatOptions & { output?: string; force?: boolean };

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app>', 'unique name or id of an app')
    .option(
      '-o, --output <path>',
      'folder to write to, or a file that ends in .zip; else the name of the app',
    )
    .option('--force', 'overwrite what is there');
  addExamples(addFormat(command), [
    ['crane export shop-1 -o shop', 'compose.yaml, .env.example and README.md'],
    ['crane export shop-1 -o shop.zip', 'the same as one archive'],
    ['cd shop && docker compose up -d', 'serves it without Crane'],
  ]).action(async (app: string, options: Options) => exportApp(context, app, options));
}

async function exportApp(context: CliContext, app: string, options: Options): Promise<void> {
  const { terminal } = context;
  const api = connect(context);
  const isArchive = options.output?.toLowerCase().endsWith('.zip') === true;
  const found = isArchive ? null : await api.bundle(app);
  const target = options.output ?? found?.name ?? app;
  const written =
    found === null
      ? [write(resolve(target), await api.archive(app), options)]
      : found.files.map(({ path, text }) => write(join(resolve(target), plainName(path)), text, options));
  if (isJson(options)) return writeJson(terminal.out, { app, output: resolve(target), files: written });
  terminal.out.write(`${escapeLine(target)}\n`);
  if (found !== null) terminal.err.write(adviceOf(found.files, target));
}

/** What the control plane names is only ever written into the folder that was asked for. */
function plainName(path: string): string {
  if (/^\.?[A-Za-z0-9][\w.-]*$/.test(path)) return path;
  throw usageError(
    `The control plane names a file ${JSON.stringify(path)}.`,
    'Is it a Crane of this version?',
  );
}

function write(path: string, content: string | Uint8Array, { force }: Options): string {
  if (force !== true && existsSync(path))
    throw usageError(`${path} is there already.`, 'Choose another --output, or overwrite it with --force.');
  mkdirSync(resolve(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** The next thing to do. */
function adviceOf(files: readonly { path: string; text: string }[], target: string): string {
  const example = files.find(({ path }) => path === '.env.example')?.text ?? '';
  const open = example.split('\n').filter((line) => /^[A-Za-z_]\w*=$/.test(line)).length;
  const fill = open === 0 ? '' : `fill in ${open} value(s) of .env.example as .env, then `;
  return `Next: cd ${escapeLine(target)}; ${fill}docker compose up -d (README.md says all)\n`;
}
