import { filesOf } from '../../core/policy/policy-draft.ts';
import { policyProblems, policyTextOf } from '../../core/policy/policy-revision.ts';
import { type PolicyFile, policyKinds } from '../../core/policy/policy-text.ts';
import type { AskedDrafts, PolicyAnswer, PolicyWorkbench } from '../../core/port/policy.ts';
import { createMemoryPolicyEngine } from './create-memory-policy-engine.ts';
import { healingSettings } from './decide-healing.ts';
import { scalingSettings } from './decide-scaling.ts';

const shipped: PolicyFile[] = [
  { path: 'healing/data.json', text: JSON.stringify(healingSettings) },
  { path: 'healing/healing.rego', text: 'package crane.healing' },
  { path: 'scaling/data.json', text: JSON.stringify(scalingSettings) },
  { path: 'scaling/scaling.rego', text: 'package crane.scaling' },
];

/**
 * Judges drafts without an engine: what Crane itself finds, and rules that say `bad` (no good) or `failing` (a test fails). Answers
 * are those of the memory engine: the draft's settings, the shipped rules.
 */
export function createMemoryPolicyWorkbench(): PolicyWorkbench {
  return {
    shipped: async () => shipped,
    revisionOf,
    check: async (files) => {
      const problems = policyKinds.flatMap((kind) => policyProblems(kind, filesOf(kind, files)));
      const bad = files.find(({ text }) => /\bbad\b/.test(text));
      if (bad !== undefined) problems.push(`${bad.path}:1:1 it is bad`);
      return { isOk: problems.length === 0, problems };
    },
    unformatted: async () => [],
    test: async (files) => {
      const isOk = !files.some(({ text }) => /\bfailing\b/.test(text));
      return { isOk, passed: 3, failed: isOk ? 0 : 1, problems: isOk ? [] : ['test_it failed'] };
    },
    decide: async (files, asked) => decide(files, asked),
  };
}

async function decide(files: readonly PolicyFile[], asked: AskedDrafts): Promise<PolicyAnswer[]> {
  const engine = createMemoryPolicyEngine();
  const own = filesOf(asked.kind, files);
  const revision = revisionOf(own);
  const pin = { revision, read: () => policyTextOf(asked.kind, own, revision) };
  return asked.kind === 'scaling'
    ? Promise.all(asked.questions.map((question) => engine.decideScaling(question, undefined, pin)))
    : Promise.all(asked.questions.map((question) => engine.decideHealing(question, undefined, pin)));
}

/** Twelve hex digits; good enough to tell apart what a test writes. */
function revisionOf(files: readonly PolicyFile[]): string {
  let sum = 7n;
  for (const { path, text } of files.filter(({ path }) => !path.endsWith('_test.rego')))
    for (const letter of `${path}\n${text}`)
      sum = (sum * 31n + BigInt(letter.codePointAt(0) ?? 0)) % 281_474_976_710_597n;
  return sum.toString(16).padStart(12, '0');
}
