import { basename, dirname, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { Api, DeployRequest } from '../calls/api.ts';
import { CliError } from '../cli-error.ts';
import { findComposeFiles, readComposeFiles } from './compose-files.ts';
import type { CliContext } from '../context.ts';
import { append } from '../options.ts';

export type DeployOptions = {
  file?: string[];
  name?: string;
  app?: string;
  profile?: string[];
  envFile?: string[];
  pull?: 'missing' | 'always' | 'never';
  secret?: string[];
};

/** The options that say which compose files are meant, and for which app. */
export function addDeployOptions(command: Command, { hasPull = true } = {}): Command {
  command
    .option(
      '-f, --file <file>',
      'compose file; repeat to merge several (COMPOSE_FILE, else compose.yaml here)',
      append,
    )
    .option('--name <name>', 'name of the app; else the name in the file, else of its folder')
    .option('--app <app>', 'bring this app to the file, whatever its name')
    .option(
      '--profile <profile>',
      'also services of this profile; repeat for more (COMPOSE_PROFILES)',
      append,
    )
    .option(
      '--env-file <file>',
      'variables of this file in place of .env; repeat for more (COMPOSE_ENV_FILES)',
      append,
    );
  return hasPull
    ? command.addOption(
        new Option('--pull <when>', 'when to pull images').choices(['missing', 'always', 'never']),
      )
    : command;
}

/** Compose files, what they refer to, and the variables they name. */
export async function readRequest({ settings }: CliContext, options: DeployOptions): Promise<DeployRequest> {
  const folder = process.cwd();
  const { compose } = settings;
  const paths = options.file ?? compose.files;
  const { files, support, variables } = await readComposeFiles({
    paths,
    folder,
    envFiles: options.envFile ?? compose.envFiles,
  });
  const first = paths[0] ?? findComposeFiles(folder)?.[0] ?? folder;
  return {
    name: options.name ?? (await projectName(files[0]?.text ?? '', dirname(resolve(folder, first)))),
    files,
    support,
    environment: settings.variables(usesHome(files, support) ? [...variables, 'HOME'] : variables),
    profiles: options.profile ?? compose.profiles,
    directory: dirname(resolve(folder, first)),
    pull: options.pull,
  };
}

/** Whether a path may begin with `~`, which the control plane cannot know. */
function usesHome(files: readonly { text: string }[], support: Readonly<Record<string, string>>): boolean {
  return [...files.map(({ text }) => text), ...Object.values(support)].some((text) => text.includes('~'));
}

/** Of most files: a line of its own. What begins a line is no text of anything else, unless the file is one of JSON. */
function plainNameIn(text: string): string | null {
  if (text.trimStart().startsWith('{')) return null;
  const lines = [...text.matchAll(/^["']?name\b.*$/gm)].map(([line]) => line);
  const [line = ''] = lines;
  return lines.length === 1 ? (/^name: +([a-z][a-z0-9_-]*) *$/.exec(line)?.[1] ?? null) : null;
}

async function parsedNameIn(text: string): Promise<unknown> {
  try {
    const document = await parseDocument(text);
    return typeof document === 'object' && document !== null && 'name' in document
      ? document.name
      : undefined;
  } catch {
    return undefined;
  }
}

/** JSON is YAML too, and read without a library. */
async function parseDocument(text: string): Promise<unknown> {
  if (text.trimStart().startsWith('{')) {
    try {
      const document: unknown = JSON.parse(text);
      return document;
    } catch {
      // The braces of YAML.
    }
  }
  const { parse } = await import('yaml');
  return parse(text);
}

/**
 * As Compose finds it: the `name` of the file, else the name of its folder with what no name may hold left out. Undefined
 * when the file's name needs interpolation: then the control plane finds it.
 */
export async function projectName(text: string, folder: string): Promise<string | undefined> {
  const name = plainNameIn(text) ?? (text.includes('name') ? await parsedNameIn(text) : undefined);
  if (typeof name === 'string') return name.includes('$') ? undefined : name;
  const cleaned = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/-+/g, '-')
    .replace(/^[^a-z]+|-$/g, '');
  return cleaned === '' ? 'app' : cleaned.slice(0, 40);
}

/** The own app of this name, to be brought to the new file; null when there is none. @throws CliError when there are several. */
export async function findExisting(
  api: Api,
  app: string | undefined,
  name: string | undefined,
): Promise<string | null> {
  if (app !== undefined) return (await api.app(app)).uniqueName;
  if (name === undefined) return null;
  const [me, apps] = await Promise.all([api.me(), api.apps()]);
  const own = apps.filter(
    (each) => each.name === name && each.owner === me.name && each.state !== 'deleting',
  );
  if (own.length > 1) {
    throw new CliError({
      code: 'input.invalid',
      detail: `Several of your apps are named ${name}: ${own.map((each) => each.uniqueName).join(', ')}.`,
      fix: `Say which with --app ${own[0]?.uniqueName ?? 'APP'}, or choose another --name.`,
    });
  }
  return own[0]?.uniqueName ?? null;
}
