import { CraneError } from '../error/crane-error.ts';
import { mostDraftBytes } from './policy-revision.ts';
import type { PolicyFile, PolicyKind } from './policy-text.ts';

export type PolicyVerdict = {
  isOk: boolean;
  /** Each with file, line and column where there is one. */
  problems: readonly string[];
};
export type PolicyTests = PolicyVerdict & { passed: number; failed: number };

/** Draft files laid over those in force: a draft may bring one file only, and the shipped tests judge it too. */
export function layOver(shipped: readonly PolicyFile[], draft: readonly PolicyFile[]): PolicyFile[] {
  const files = new Map(shipped.map((file) => [file.path, file]));
  for (const file of draft) files.set(file.path, file);
  return [...files.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

export function filesOf(kind: PolicyKind, files: readonly PolicyFile[]): PolicyFile[] {
  return files.filter(({ path }) => path.startsWith(`${kind}/`));
}

/** Only what decides about scaling and healing can be drafted, one file of rules each. Throws `input.invalid`. */
export function checkDraft(draft: readonly PolicyFile[]): void {
  const errors = draft.flatMap(({ path }) => {
    const pointer = `/files/${path.slice(0, 80)}`;
    return /^(scaling|healing)\/(data\.json|\1\.rego|[a-z0-9_-]{1,60}_test\.rego)$/.test(path)
      ? []
      : [{ pointer, message: 'must be KIND/KIND.rego, KIND/data.json or KIND/NAME_test.rego' }];
  });
  const size = draft.reduce((sum, { text }) => sum + text.length, 0);
  if (size > mostDraftBytes)
    errors.push({
      pointer: '/files',
      message: `must be at most ${mostDraftBytes} bytes in all (saw ${size})`,
    });
  const [first] = errors;
  if (first === undefined) return;
  throw new CraneError('input.invalid', {
    message: `The draft cannot be used: ${first.pointer.slice(1)} ${first.message}.`,
    fix: 'Keep it in a folder like the one that crane policy show prints: scaling/scaling.rego, healing/data.json.',
    errors,
  });
}
