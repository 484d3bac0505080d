import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CraneError } from '../../core/error/crane-error.ts';
import { filesOf } from '../../core/policy/policy-draft.ts';
import { policyProblems, policyTextOf } from '../../core/policy/policy-revision.ts';
import { type PolicyFile, policyKinds } from '../../core/policy/policy-text.ts';
import { renderPolicyModule } from '../../core/policy/render-policy-module.ts';
import type { AskedDrafts, PolicyAnswer, PolicyWorkbench } from '../../core/port/policy.ts';
import type { Sandbox } from '../../core/port/runtime.ts';
import { limitCapabilities } from './limit-capabilities.ts';
import { readHealingResult, readScalingResult } from './parse-decision.ts';
import { readCheckReport, readExecReport, readTestReport, wordsOf } from './read-reports.ts';
import { readPolicies } from './read-policies.ts';
import { hashPolicies } from './render-bundle.ts';

export type PolicyWorkbenchOptions = {
  sandbox: Sandbox;
  /** `crane/opa:1.2.3` */
  image: string;
  /** The policies in force. */
  policies: string;
  /** Drafts lie here while they are judged; the engine must see the same path. */
  workDirectory: string;
};

type Result = Awaited<ReturnType<Sandbox['run']>>;
type Run = (
  files: readonly PolicyFile[],
  command: readonly string[],
  signal?: AbortSignal,
) => Promise<Result>;

const limits = { memoryBytes: 256 * 1024 ** 2, timeoutMs: 30_000 };

/** Judges drafts with Open Policy Agent in a sealed container: no network, nothing in force is touched. */
export function createPolicyWorkbench(options: PolicyWorkbenchOptions): PolicyWorkbench {
  const run: Run = (files, command, signal) => inFolder(options, files, command, signal);
  let known: Promise<string> | null = null;
  /** What the engine can do does not change while this process runs; a failure is not kept. */
  const capabilities = async (signal?: AbortSignal): Promise<string> => {
    known ??= readCapabilities(run, signal);
    try {
      return await known;
    } catch (error) {
      known = null;
      throw error;
    }
  };
  return {
    shipped: () => readPolicies(options.policies),
    revisionOf: hashPolicies,
    async check(files, signal) {
      const own = policyKinds.flatMap((kind) => policyProblems(kind, filesOf(kind, files)));
      if (own.length > 0) return { isOk: false, problems: own };
      const all = [
        ...withoutTests(files),
        ...renderedOf(files),
        { path: '../capabilities.json', text: await capabilities(signal) },
      ];
      const command = ['check', '--strict', '--format=json', '--capabilities=/draft/capabilities.json'];
      const result = await run(all, [...command, '/draft/policies'], signal);
      const isOk = result.exitCode === 0;
      return { isOk, problems: isOk ? [] : ofPeople(problemsOf(result)) };
    },
    async unformatted(files, signal) {
      const { stdout } = await run(files, ['fmt', '--list', '/draft/policies'], signal);
      return wordsOf(stdout);
    },
    async test(files, signal) {
      const result = await run(files, ['test', '--format=json', '/draft/policies'], signal);
      const tests = isCut(result) ? null : readTestReport(result.exitCode, result.stdout);
      if (tests !== null) return tests;
      // Tests that do not fit the rules are told in the compiler's words, best with their places.
      const again = isCut(result)
        ? result
        : await run(files, ['check', '--format=json', '/draft/policies'], signal);
      return {
        isOk: false,
        passed: 0,
        failed: 0,
        problems: problemsOf(again.exitCode === 0 ? result : again),
      };
    },
    decide: (files, asked, signal) => decide(run, files, asked, signal),
  };
}

/** What is wrong in a person's file is wrong in its rendered form too, and told once. */
function ofPeople(problems: readonly string[]): readonly string[] {
  const own = problems.filter((problem) => !problem.startsWith('rendered/'));
  return own.length > 0 ? own : problems;
}

async function readCapabilities(run: Run, signal?: AbortSignal): Promise<string> {
  const { stdout } = await run([], ['capabilities', '--current'], signal);
  const limited = limitCapabilities(stdout);
  if (limited === null)
    throw new CraneError('policy.bad_output', 'The policy engine does not say what it can do.');
  return limited;
}

/** As they would be put into force, so that nothing is found out only then. */
function renderedOf(files: readonly PolicyFile[]): PolicyFile[] {
  return policyKinds.flatMap((kind) => {
    const own = filesOf(kind, files);
    if (!own.some(({ path }) => path === `${kind}/${kind}.rego`)) return [];
    const revision = hashPolicies(own);
    const text = renderPolicyModule(policyTextOf(kind, own, revision));
    return [{ path: `rendered/${kind}.rego`, text }];
  });
}

async function decide(
  run: Run,
  files: readonly PolicyFile[],
  { kind, questions }: AskedDrafts,
  signal?: AbortSignal,
): Promise<(PolicyAnswer | null)[]> {
  if (questions.length === 0) return [];
  const inputs = questions.map((question, index) => ({
    path: `../inputs/${String(index).padStart(6, '0')}.json`,
    text: JSON.stringify(question),
  }));
  // Paths of policies and of inputs are apart: what is in the bundle is no input.
  const command = ['exec', '--bundle=/draft/policies', `--decision=crane/${kind}/decision`, '/draft/inputs'];
  const result = await run([...withoutTests(files), ...inputs], command, signal);
  const answers = isCut(result) ? null : readExecReport(result.stdout);
  if (answers === null)
    throw new CraneError('policy.invalid', {
      message: `The draft could not be evaluated: ${problemsOf(result)[0] ?? 'no reason given'}.`,
      fix: 'Check it first: crane policy check DIR',
    });
  const revision = hashPolicies(filesOf(kind, files));
  const read = kind === 'scaling' ? readScalingResult : readHealingResult;
  return inputs.map(({ path }): PolicyAnswer | null => {
    try {
      return read(answers.get(path.replace('..', '/draft')), revision);
    } catch {
      return null;
    }
  });
}

const withoutTests = (files: readonly PolicyFile[]): PolicyFile[] =>
  files.filter(({ path }) => !path.endsWith('_test.rego'));

const isCut = ({ isTimedOut, isOomKilled }: Result): boolean => isTimedOut || isOomKilled;

function problemsOf(result: Result): string[] {
  if (result.isTimedOut) return [`it takes longer than ${limits.timeoutMs / 1000} s`];
  if (result.isOomKilled) return [`it needs more than ${limits.memoryBytes / 1024 ** 2} MiB of memory`];
  return readCheckReport(result.stderr || result.stdout);
}

async function inFolder(
  { sandbox, image, workDirectory }: PolicyWorkbenchOptions,
  files: readonly PolicyFile[],
  command: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Result> {
  await mkdir(workDirectory, { recursive: true, mode: 0o755 });
  const folder = await mkdtemp(join(workDirectory, 'draft-'));
  try {
    await mkdir(join(folder, 'policies'));
    for (const { path, text } of files) {
      const place = join(folder, 'policies', path);
      await mkdir(dirname(place), { recursive: true });
      await writeFile(place, text);
    }
    await chmod(folder, 0o755);
    return await sandbox.run({
      image,
      command,
      mounts: [{ hostPath: folder, path: '/draft', isReadOnly: true }],
      ...limits,
      ...(signal === undefined ? {} : { signal }),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
