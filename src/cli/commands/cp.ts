import { statSync } from 'node:fs';
import { basename, join, posix, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Api, FilePlace } from '../calls/api.ts';
import { packContext } from '../build/pack-context.ts';
import { CliError, usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { listLocal } from '../copy/list-local.ts';
import { unpack, type Unpacked } from '../copy/unpack.ts';
import { parseWhole } from '../input/duration.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { writeJson } from '../output/terminal.ts';

type Options = FormatOptions & { instance?: string; maxMb: string };

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<from>', 'a file or folder: LOCAL, or APP/SERVICE:PATH')
    .argument('<to>', 'where it goes: APP/SERVICE:PATH, or LOCAL; into it where that is a folder')
    .option('--instance <slot>', 'this instance of the service; else the lowest that runs')
    .option('--max-mb <mebibytes>', 'most that is copied out', '4096');
  addExamples(addFormat(command), [
    ['crane cp shop-1/web:/etc/app.conf .', ''],
    ['crane cp ./seed shop-1/db:/tmp --instance 2', 'the folder becomes /tmp/seed'],
  ]).action(async (from: string, to: string, options: Options) => copy(context, from, to, options));
}

async function copy(context: CliContext, from: string, to: string, options: Options): Promise<void> {
  const slot =
    options.instance === undefined
      ? null
      : parseWhole(options.instance, '--instance', { min: 1, max: 1_000_000 });
  const maxBytes = parseWhole(options.maxMb, '--max-mb', { min: 1, max: 1_000_000 }) * 1024 ** 2;
  const [source, target] = [parsePlace(from, slot), parsePlace(to, slot)];
  if ((source === null) === (target === null))
    throw usageError('Exactly one side is an instance.', 'Write it as shop-1/web:/path.');
  const api = connect(context);
  const { out, err } = context.terminal;
  const done =
    source !== null
      ? await copyOut(api, source, to, maxBytes)
      : target !== null && (await copyIn(api, from, target));
  if (done === false) return;
  for (const name of done.skipped) err.write(`left out: ${escapeLine(name)} is a device or leads out\n`);
  if (isJson(options)) return writeJson(out, done);
  err.write(`${done.files} files and folders, ${done.bytes} bytes\n`);
}

/** `shop-1/web:/path`; null = a local one. `./a/b:c` is local. */
function parsePlace(text: string, slot: number | null): FilePlace | null {
  const match = /^([^/:.][^/:]*)\/([^/:]+)(?::(.*))?$/s.exec(text);
  const [, app, service, path] = match ?? [];
  if (app === undefined || service === undefined || (path === undefined && statOf(text) !== null))
    return null;
  if (path === undefined) return /^[a-z0-9-]+-\d+$/.test(app) ? { app, service, slot, path: '/' } : null;
  return { app, service, slot, path: posix.resolve('/', path) + (/.\/$/.test(path) ? '/' : '') };
}

async function copyOut(api: Api, source: FilePlace, to: string, maxBytes: number): Promise<Unpacked> {
  const isFolder = statOf(to)?.isDirectory() === true;
  if (to.endsWith('/') && !isFolder)
    throw usageError(`There is no folder ${to}.`, 'Make it first, or leave out the last /.');
  const name = posix.basename(source.path);
  return unpack(api.readFiles(source), resolve(isFolder && name !== '' ? join(to, name) : to), { maxBytes });
}

async function copyIn(api: Api, from: string, target: FilePlace): Promise<Unpacked> {
  const isInto = await isFolderThere(api, target);
  if (!isInto && target.path.endsWith('/'))
    throw new CliError({
      code: 'instance.path_not_found',
      detail: `The instance has no folder ${JSON.stringify(target.path)}.`,
      fix: 'Leave out the last / to give the copy this name.',
    });
  const path = isInto ? target.path : posix.dirname(target.path);
  const entries = listLocal(from, isInto ? basename(resolve(from)) : posix.basename(target.path));
  await api.writeFiles({ ...target, path }, packContext(entries));
  return { files: entries.length, bytes: entries.reduce((sum, { size }) => sum + size, 0), skipped: [] };
}

/** Asks for its content, and lets go at the first byte. */
async function isFolderThere(api: Api, target: FilePlace): Promise<boolean> {
  if (target.path === '/') return true;
  try {
    for await (const _chunk of api.readFiles({ ...target, path: `${target.path.replace(/\/$/, '')}/.` }))
      return true;
    return true;
  } catch (error) {
    if (error instanceof CliError && error.problem.code === 'instance.path_not_found') return false;
    throw error;
  }
}

function statOf(path: string) {
  return statSync(path, { throwIfNoEntry: false }) ?? null;
}
