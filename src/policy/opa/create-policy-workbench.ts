import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../core/json/parse-json.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import type { PolicyFile, PolicyTests } from '../../core/policy/policy-draft.ts';
import type { PolicyWorkbench } from '../../core/port/policy.ts';
import type { Sandbox } from '../../core/port/runtime.ts';
import { parseScalingResult } from './parse-decision.ts';
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

const limits = { memoryBytes: 256 * 1024 ** 2, timeoutMs: 30_000 };

const testReport = z.array(
  z.looseObject({
    package: z.string(),
    name: z.string(),
    fail: z.unknown().optional(),
    location: z.looseObject({ file: z.string(), row: z.number() }),
  }),
);
const execReport = z.object({
  result: z.array(z.object({ path: z.string(), result: z.unknown().optional() })),
});

/** Judges drafts with Open Policy Agent in a sealed container: no network, nothing in force is touched. */
export function createPolicyWorkbench(options: PolicyWorkbenchOptions): PolicyWorkbench {
  const run = async (
    files: readonly PolicyFile[],
    command: readonly string[],
    signal?: AbortSignal,
  ): ReturnType<Sandbox['run']> => inFolder(options, files, command, signal);
  return {
    shipped: () => readPolicies(options.policies),
    async check(files, signal) {
      const { exitCode, stderr, stdout } = await run(files, ['check', '--strict', '/draft/policies'], signal);
      return { isOk: exitCode === 0, problems: exitCode === 0 ? [] : wordsOf(stderr || stdout) };
    },
    async test(files, signal) {
      const command = ['test', '--format=json', '/draft/policies'];
      const { exitCode, stdout, stderr } = await run(files, command, signal);
      return readTests(exitCode, stdout, stderr);
    },
    async decide(files, family, questions, signal) {
      const inputs = questions.map((question, index) => ({
        path: `inputs/${String(index).padStart(6, '0')}.json`,
        text: JSON.stringify(question),
      }));
      // Paths of policies and of inputs are apart: what is in the bundle is no input.
      const command = [
        'exec',
        '--bundle=/draft/policies',
        `--decision=crane/${family}/decision`,
        '/draft/inputs',
      ];
      const { exitCode, stdout, stderr } = await run([...files, ...inputs], command, signal);
      const parsed = execReport.safeParse(parseJson(stdout));
      if (exitCode !== 0 || !parsed.success)
        throw new CraneError('policy.bad_output', {
          message: `The draft could not be evaluated: ${wordsOf(stderr || stdout)[0] ?? 'no reason given'}.`,
          fix: 'Check it first: crane policy check DIR',
        });
      const revision = hashPolicies(files);
      const answers = new Map(parsed.data.result.map(({ path, result }) => [path, result]));
      return inputs.map(({ path }) => parseScalingResult(answers.get(`/draft/${path}`), revision));
    },
  };
}

async function inFolder(
  { sandbox, image, workDirectory }: PolicyWorkbenchOptions,
  files: readonly PolicyFile[],
  command: readonly string[],
  signal: AbortSignal | undefined,
): ReturnType<Sandbox['run']> {
  await mkdir(workDirectory, { recursive: true, mode: 0o755 });
  const folder = await mkdtemp(join(workDirectory, 'draft-'));
  try {
    for (const { path, text } of files) {
      const place = join(folder, path.startsWith('inputs/') ? path : `policies/${path}`);
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

function readTests(exitCode: number, stdout: string, stderr: string): PolicyTests {
  const parsed = testReport.safeParse(parseJson(stdout));
  if (!parsed.success)
    return {
      isOk: false,
      passed: 0,
      failed: 0,
      problems: wordsOf(stderr || stdout || `exit code ${exitCode}`),
    };
  const failed = parsed.data.filter(({ fail }) => fail === true);
  const problems = failed.map(
    ({ package: room, name, location }) =>
      `${room}.${name} failed (${shorten(location.file)}:${location.row})`,
  );
  const passed = parsed.data.length - failed.length;
  return { isOk: exitCode === 0 && passed > 0, passed, failed: failed.length, problems };
}

function wordsOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => shorten(line).trim())
    .filter((line) => line !== '')
    .slice(0, 50);
}

function shorten(text: string): string {
  return text.replaceAll('/draft/policies/', '').slice(0, 500);
}
