import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { parseAllDocuments } from 'yaml';
import { usageError } from '../cli-error.ts';

/** What is handed over: texts, with paths relative to the folder of the first file. */
export type ComposeFiles = {
  files: { path: string; text: string }[];
  /** `.env`, env files, included and extended files. */
  support: Record<string, string>;
  /** Names of variables that the texts refer to. */
  variables: string[];
};

const maxFileBytes = 1_000_000;
const maxSupportFiles = 100;
/** The order in which Compose looks. */
const usualNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

/** The usual file, and its override where one lies beside it; null where there is none. */
export function findComposeFiles(folder: string): string[] | null {
  const name = usualNames.find((candidate) => existsSync(join(folder, candidate)));
  if (name === undefined) return null;
  const override = ['.yaml', '.yml']
    .map((end) => name.replace(/\.ya?ml$/, `.override${end}`))
    .find((candidate) => existsSync(join(folder, candidate)));
  return [name, ...(override === undefined ? [] : [override])].map((found) => join(folder, found));
}

function readText(path: string): string {
  const size = statSync(path).size;
  if (size > maxFileBytes)
    throw usageError(
      `${path} is too large: ${size} bytes, at most ${maxFileBytes}.`,
      'Check the path: a compose file and what it names are small texts.',
    );
  return readFileSync(path, 'utf8');
}

/** Readable as text and inside the folder, symbolic links followed: a compose file cannot make us send other files. */
function readInside(folder: string, path: string): { path: string; text: string } | null {
  const absolute = resolve(folder, path);
  if (!existsSync(absolute) || !statSync(absolute).isFile()) return null;
  const real = relative(realpathSync(folder), realpathSync(absolute));
  if (real.startsWith(`..${sep}`) || real === '..' || isAbsolute(real)) return null;
  return { path: relative(folder, absolute).split(sep).join('/'), text: readText(absolute) };
}

/** The texts under these keys name other files. */
const fileKeys = new Set(['env_file', 'include', 'file', 'path', 'label_file']);

type Found = { paths: string[]; names: string[] };

/** Paths that this value and what is in it name, and variables passed on without a value. */
function collect(value: unknown, key: string | null, found: Found): void {
  if (typeof value === 'string') {
    if (key !== null && fileKeys.has(key)) found.paths.push(value);
    if (key === 'project_directory') found.paths.push(join(value, '.env'));
    if (key === 'environment' && /^[A-Za-z_]\w*$/.test(value)) found.names.push(value);
    if (key === 'security_opt')
      found.paths.push(...value.matchAll(/^seccomp[=:](.+)$/g).map(([, path = '']) => path));
  } else if (Array.isArray(value)) {
    for (const item of value) collect(item, key, found);
  } else if (value !== null && typeof value === 'object') {
    for (const [name, inner] of Object.entries(value)) {
      if (key === 'environment' && inner === null) found.names.push(name);
      else collect(inner, name, found);
    }
  }
}

/** Of secrets and configs only the variables that they are made from. */
function collectVariables(objects: unknown, found: Found): void {
  if (typeof objects !== 'object' || objects === null) return;
  for (const object of Object.values(objects))
    if (typeof object === 'object' && object !== null && 'environment' in object)
      if (typeof object.environment === 'string') found.names.push(object.environment);
}

function isYaml(path: string): boolean {
  return /\.ya?ml$/i.test(path);
}

type Parse = typeof parseAllDocuments;

/** What the parser is needed for: the keys under which `collect` finds something, which an escape could spell as well. */
const mentions = /file|include|path|project_directory|environment|security_opt|secrets|configs|\\/;

/** The parser, when the text may name something; it takes a while to load. */
async function loadParser(text: string): Promise<Parse | null> {
  return mentions.test(text) ? (await import('yaml')).parseAllDocuments : null;
}

/**
 * A file that is no YAML names nothing; the control plane says what is wrong with it, with line and column. Files of
 * secrets and configs are mounted where they lie, and never sent.
 */
function scan(text: string, parse: Parse): Found {
  const found: Found = { paths: [], names: [] };
  const documents = parse(text, { merge: true, logLevel: 'silent' });
  for (const document of Array.isArray(documents) ? documents : []) {
    if (document.errors.length > 0) continue;
    const plain: unknown = document.toJS({ maxAliasCount: 1000 });
    if (typeof plain !== 'object' || plain === null) continue;
    for (const [key, value] of Object.entries(plain))
      if (key === 'secrets' || key === 'configs') collectVariables(value, found);
      else collect(value, key, found);
  }
  return found;
}

/** `$NAME` and `${NAME…}`; in env files also a bare `NAME`, which passes the variable on. */
function variablesIn({ path, text }: { path: string; text: string }): string[] {
  const interpolated = Array.from(text.matchAll(/\$\{?([A-Za-z_]\w*)/g), (match) => match[1] ?? '');
  if (isYaml(path)) return interpolated;
  return [
    ...interpolated,
    ...Array.from(text.matchAll(/^\s*([A-Za-z_]\w*)\s*$/gm), (match) => match[1] ?? ''),
  ];
}

/** So does one that is too deep, or contains or multiplies itself. */
async function scanSafely(text: string): Promise<Found> {
  try {
    const parse = await loadParser(text);
    return parse === null ? { paths: [], names: [] } : scan(text, parse);
  } catch {
    return { paths: [], names: [] };
  }
}

/** Files that the texts refer to, and what those refer to in turn. `dotEnv` stands in for the folder's own `.env`. */
async function collectSupport(
  folder: string,
  files: ComposeFiles['files'],
  dotEnv: string | null,
): Promise<ComposeFiles> {
  const support: Record<string, string> = {};
  const variables = new Set<string>();
  const open: { path: string; text: string }[] = [...files];
  const known = new Set(files.map((file) => file.path));
  const add = (file: { path: string; text: string } | null): void => {
    if (file === null || known.has(file.path) || known.size >= maxSupportFiles) return;
    known.add(file.path);
    support[file.path] = file.text;
    open.push(file);
  };
  add(dotEnv === null ? readInside(folder, '.env') : { path: '.env', text: dotEnv });
  for (let file = open.shift(); file !== undefined; file = open.shift()) {
    const { paths, names } = isYaml(file.path) ? await scanSafely(file.text) : { paths: [], names: [] };
    for (const name of [...variablesIn(file), ...names]) variables.add(name);
    for (const path of paths) {
      add(readInside(folder, path));
      add(readInside(folder, join(dirname(file.path), path)));
    }
    // An included file brings the `.env` beside it.
    if (isYaml(file.path)) add(readInside(folder, join(dirname(file.path), '.env')));
  }
  return { files, support, variables: [...variables].sort() };
}

function requireFile(path: string, option: string): string {
  if (existsSync(path) && statSync(path).isFile()) return path;
  throw usageError(`There is no file ${path}.`, `Check the path after ${option}.`);
}

/**
 * Reads compose files and what they refer to inside the folder of the first one. As in Compose, `envFiles` take the
 * place of the folder's `.env`.
 * @throws usage error when a file is missing or too large, or none was named and none is there.
 */
export async function readComposeFiles(options: {
  paths: readonly string[];
  folder: string;
  envFiles: readonly string[];
}): Promise<ComposeFiles> {
  const at = (path: string): string => resolve(options.folder, path);
  const paths = options.paths.length > 0 ? options.paths.map(at) : findComposeFiles(options.folder);
  const [first] = paths ?? [];
  if (paths === null || first === undefined) {
    throw usageError(
      `No compose file is in ${options.folder}: looked for ${usualNames.join(', ')}.`,
      'Name one with -f FILE, or change to its folder.',
    );
  }
  const folder = dirname(first);
  const files = paths.map((path) => ({
    path: relative(folder, path).split(sep).join('/'),
    text: readText(requireFile(path, '-f')),
  }));
  const dotEnv = options.envFiles.map((path) => readText(requireFile(at(path), '--env-file')));
  return collectSupport(folder, files, dotEnv.length === 0 ? null : dotEnv.join('\n'));
}
