import type { ComposeService } from './compose-project.ts';
import type { Lookup } from './interpolate.ts';
import type { Position } from './positions.ts';
import { readEnvFile } from './read-env-file.ts';

type Files = {
  readText: (path: string) => string | undefined;
  nameOf: (path: string) => string;
  lookup: Lookup;
};
type Complain = (path: readonly string[], message: string, at?: Position) => void;

/** Puts what env files and label files say below what the service says itself. In place; `env_file` is gone afterwards. */
export function resolveServiceFiles(service: ComposeService, files: Files, complain: Complain): void {
  const own = Object.fromEntries(
    Object.entries(service.environment ?? {}).map(([key, value]) => [
      key,
      value ?? files.lookup(key) ?? null,
    ]),
  );
  const known = new Map(Object.entries(own).filter((entry): entry is [string, string] => entry[1] !== null));
  const fromFiles = readEnvFiles(service, files, known, complain);
  const environment = { ...fromFiles, ...own };
  if (Object.keys(environment).length > 0) service.environment = environment;
  delete service.env_file;
  const labels = { ...readLabelFiles(service, files, complain), ...service.labels };
  if (Object.keys(labels).length > 0) service.labels = labels;
}

function readEnvFiles(
  service: ComposeService,
  files: Files,
  own: ReadonlyMap<string, string>,
  complain: Complain,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [index, { path, required, format }] of (service.env_file ?? []).entries()) {
    const at = ['env_file', String(index)];
    const text = files.readText(path ?? '');
    if (text === undefined && required !== false)
      complain(at, `the env file ${files.nameOf(path ?? '')} cannot be found`);
    if (text === undefined) continue;
    const earlier = new Map(Object.entries(values));
    const find: Lookup = (name) => files.lookup(name) ?? own.get(name) ?? earlier.get(name);
    const read = readFormat(text, format, find);
    for (const { line, message } of read.problems)
      complain(at, message, { file: files.nameOf(path ?? ''), line, column: 1 });
    Object.assign(values, read.values);
  }
  return values;
}

function readFormat(text: string, format: string | undefined, find: Lookup): ReturnType<typeof readEnvFile> {
  if (format === undefined) return readEnvFile(text, find);
  if (format === 'raw') return readRaw(text, find);
  return {
    values: {},
    problems: [{ line: 1, message: `the format ${format} is not known; there is only raw` }],
  };
}

/** Every line as it stands: no quotes, no variables; a bare `KEY` takes its value from `find`. */
function readRaw(text: string, find: Lookup): ReturnType<typeof readEnvFile> {
  const values: Record<string, string> = {};
  const problems: { line: number; message: string }[] = [];
  for (const [index, written] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = written.trimStart();
    if (line === '' || line.startsWith('#')) continue;
    const [key = ''] = line.split('=', 1);
    const value = line.includes('=') ? line.slice(key.length + 1) : find(key);
    if (key === '' || /[ \t]/.test(key))
      problems.push({ line: index + 1, message: "a variable's name is missing, or holds a space" });
    else if (value !== undefined) values[key] = value;
  }
  return { values, problems };
}

function readLabelFiles(service: ComposeService, files: Files, complain: Complain): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [index, path] of (service.label_file ?? []).entries()) {
    const text = files.readText(path);
    if (text === undefined)
      complain(['label_file', String(index)], `the file ${files.nameOf(path)} cannot be found`);
    const known = new Map(Object.entries(values));
    const read = readEnvFile(text ?? '', (name) => known.get(name));
    for (const { line, message } of read.problems)
      complain(['label_file', String(index)], message, { file: files.nameOf(path), line, column: 1 });
    Object.assign(values, read.values);
  }
  return values;
}
