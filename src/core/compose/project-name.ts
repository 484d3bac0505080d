import { parseDocument } from 'yaml';
import { interpolate } from './interpolate.ts';
import { lookupIn } from './load-state.ts';
import type { Report } from './report.ts';

type Source = {
  files: readonly { path: string; text: string }[];
  projectName?: string;
  projectDirectory?: string;
};

/** The name given, else COMPOSE_PROJECT_NAME, else `name` of the files (the last wins), else the folder's name. */
export function findProjectName(
  source: Source,
  environment: Readonly<Record<string, string>>,
  report: Report,
): string {
  // A name that was given is the caller's to check: an app's name has rules of its own.
  if (source.projectName !== undefined) return source.projectName;
  const given = environment['COMPOSE_PROJECT_NAME'] ?? '';
  if (given !== '') {
    if (normalizeName(given) !== given)
      report(
        { file: source.files[0]?.path ?? '', line: 1, column: 1 },
        ['name'],
        `a project's name holds only a-z, 0-9, - and _, and begins with a letter or digit (saw ${JSON.stringify(given.slice(0, 80))})`,
      );
    return given;
  }
  const written = source.files.map(({ text }) => nameIn(text)).findLast((name) => name !== '') ?? '';
  const result = interpolate(written, lookupIn(environment));
  const folder = source.projectDirectory?.split(/[\\/]/).findLast((part) => part !== '') ?? '';
  const name = normalizeName(result.ok ? result.text : '');
  return name !== '' ? name : normalizeName(folder) || 'app';
}

/** Only the line is looked for: the whole file is read, and its faults told, later. */
function nameIn(text: string): string {
  const line = /^name[ \t]*:.*$/m.exec(text.slice(0, 1_000_000))?.[0];
  if (line === undefined || line.length > 1000) return '';
  const document = parseDocument(line, { schema: 'failsafe', logLevel: 'silent' });
  const name: unknown = document.errors.length === 0 ? document.get('name') : undefined;
  return typeof name === 'string' ? name : '';
}

function normalizeName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
}
