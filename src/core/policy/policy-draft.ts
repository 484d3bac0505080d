import { CraneError } from '../error/crane-error.ts';

/** A file of a draft; `path` as in the folder of policies: `scaling/scaling.rego`. */
export type PolicyFile = { path: string; text: string };

export type PolicyVerdict = {
  isOk: boolean;
  /** In the policy engine's own words, with file and line. */
  problems: readonly string[];
};
export type PolicyTests = PolicyVerdict & { passed: number; failed: number };

/** Draft files laid over those in force: a draft may bring one file only, and the shipped tests judge it too. */
export function layOver(shipped: readonly PolicyFile[], draft: readonly PolicyFile[]): PolicyFile[] {
  const files = new Map(shipped.map((file) => [file.path, file]));
  for (const file of draft) files.set(file.path, file);
  return [...files.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Only what decides about scaling and healing can be drafted. Throws `input.invalid`. */
export function checkDraft(draft: readonly PolicyFile[]): void {
  const errors = draft
    .filter(({ path }) => !/^(scaling|healing)\/(data\.json|[a-z0-9_-]{1,60}\.rego)$/.test(path))
    .map(({ path }) => ({
      pointer: `/files/${path.slice(0, 80)}`,
      message: 'must be scaling/NAME.rego, healing/NAME.rego or the data.json beside',
    }));
  const [first] = errors;
  if (first === undefined) return;
  throw new CraneError('input.invalid', {
    message: `The draft cannot be used: ${first.pointer.slice(7)} ${first.message}.`,
    fix: 'Keep it in a folder like the one that crane policy show prints.',
    errors,
  });
}
