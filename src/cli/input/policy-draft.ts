import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { CliError, usageError } from '../cli-error.ts';
import type { PolicyFileView, PolicyKind } from '../calls/policy-calls.ts';

/**
 * The files of a draft: a folder with `scaling/` and `healing/` below, a folder of one of these names, or a single file of rules,
 * whose package says what it is about, with its tests beside. @throws usage error
 */
export function readPolicyDraft(path: string): PolicyFileView[] {
  try {
    return statSync(path).isFile() ? readRules(path) : readFolder(path);
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    const detail = `${path} cannot be read.`;
    throw new CliError({ code: 'input.malformed', detail, fix: 'Check its name.', exitCode: 2 }, { cause });
  }
}

/** `mine.rego`, and `mine_test.rego` beside it where there is one: its tests in place of those in force. */
function readRules(path: string): PolicyFileView[] {
  const text = readFileSync(path, 'utf8');
  const kind = /^\s*package\s+crane\.(scaling|healing)\s*(#.*)?$/m.exec(text)?.[1];
  if (kind !== undefined) {
    const tests = path.replace(/\.rego$/, '_test.rego');
    const rules = { path: `${kind}/${kind}.rego`, text };
    if (tests === path || !existsSync(tests)) return [rules];
    return [rules, { path: `${kind}/${kind}_test.rego`, text: readFileSync(tests, 'utf8') }];
  }
  throw usageError(
    `${path} is no policy: it has no line "package crane.scaling" or "package crane.healing".`,
    'Begin with the one in force: crane policy show scaling/scaling.rego',
  );
}

function readFolder(folder: string): PolicyFileView[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const kind = /(?:^|[\\/])(scaling|healing)[\\/]*$/.exec(folder)?.[1];
  const files = names
    .map((name) => {
      const inside = name.split(sep).join('/');
      return { name, path: kind !== undefined && !inside.includes('/') ? `${kind}/${inside}` : inside };
    })
    .filter(({ path }) => /^(scaling|healing)\/[^/]+\.(rego|json)$/.test(path))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  if (files.length > 0)
    return files.map(({ name, path }) => ({ path, text: readFileSync(join(folder, name), 'utf8') }));
  throw usageError(
    `${folder} has no scaling/*.rego and no healing/*.rego.`,
    'See what there is: crane policy ls',
  );
}

/** What a draft is about, when it is about one thing; `named` says which of two. @throws usage error */
export function kindOfDraft(files: readonly PolicyFileView[], named: PolicyKind | undefined): PolicyKind {
  const kinds = (['scaling', 'healing'] as const).filter((kind) =>
    files.some(({ path }) => path.startsWith(`${kind}/`)),
  );
  const kind = named ?? kinds[0];
  if (kind !== undefined && kinds.includes(kind) && (named !== undefined || kinds.length === 1)) return kind;
  throw usageError(
    named === undefined
      ? 'The draft is about scaling and healing, and one of them is saved at a time.'
      : `The draft has nothing about ${named}.`,
    'Say which: --kind scaling or --kind healing.',
  );
}
