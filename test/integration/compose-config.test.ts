import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { z } from 'zod';
import { configView } from '../../src/core/compose/config-view.ts';
import { loadCompose, type LoadedCompose } from '../../src/core/compose/load-compose.ts';
import { buildDockerCompose } from '../factories/docker-compose.ts';

const corpus = join(import.meta.dirname, '../compose-corpus');
const caseSchema = z.strictObject({
  files: z.array(z.string()).default(['compose.yaml']),
  profiles: z.array(z.string()).default([]),
  envFiles: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  name: z.string().nullable().default('proj'),
});
type Case = z.infer<typeof caseSchema> & { label: string; folder: string };

function readCases(under: string): Case[] {
  const root = join(corpus, under);
  const single = globSync('*.yaml', { cwd: root }).map((file) => ({
    ...caseSchema.parse({ files: [file] }),
    label: file.replace(/\.yaml$/, ''),
    folder: root,
  }));
  const folders = globSync('*/compose.yaml', { cwd: root })
    .concat(globSync('*/case.json', { cwd: root }))
    .map((file) => join(root, dirname(file)));
  const several = [...new Set(folders)].map((folder) => {
    const settings = join(folder, 'case.json');
    const given: unknown = existsSync(settings) ? JSON.parse(readFileSync(settings, 'utf8')) : {};
    return { ...caseSchema.parse(given), label: relative(root, folder), folder };
  });
  return [...single, ...several].sort((a, b) => a.label.localeCompare(b.label));
}

const environmentOf = ({ environment }: Case): Record<string, string> => ({
  HOME: '/home/sam',
  FROM_SHELL: 'shell',
  ...environment,
});

function load(each: Case): LoadedCompose {
  const read = (path: string): string | undefined => {
    const file = join(each.folder, path);
    return existsSync(file) && statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined;
  };
  return loadCompose({
    files: each.files.map((path) => ({ path, text: read(path) ?? '' })),
    readFile: read,
    environment: environmentOf(each),
    profiles: each.profiles,
    projectDirectory: each.folder,
    ...(each.envFiles === undefined ? {} : { envFiles: each.envFiles }),
    ...(each.name === null ? {} : { projectName: each.name }),
  });
}

type Answer = { ok: true; model: unknown } | { ok: false; message: string };

async function ask(program: string, each: Case): Promise<Answer> {
  const args = [
    '--project-directory',
    each.folder,
    ...each.files.flatMap((file) => ['-f', file]),
    ...(each.name === null ? [] : ['-p', each.name]),
    ...(each.envFiles ?? []).flatMap((file) => ['--env-file', file]),
    ...each.profiles.flatMap((profile) => ['--profile', profile]),
    'config',
    '--format',
    'json',
  ];
  const options = {
    cwd: each.folder,
    env: environmentOf(each),
    timeout: 20_000,
    maxBuffer: 16 * 1024 * 1024,
  };
  return promisify(execFile)(program, args, options).then(
    ({ stdout }): Answer => ({ ok: true, model: JSON.parse(stdout) }),
    (error: unknown): Answer => ({ ok: false, message: String(error) }),
  );
}

/** Answers by case; two programs run at once. */
async function askAll(program: string, cases: readonly Case[]): Promise<Map<Case, Answer>> {
  const answers = new Map<Case, Answer>();
  const rest = [...cases];
  const work = async (): Promise<void> => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift())
      answers.set(next, await ask(program, next));
  };
  await Promise.all([work(), work()]);
  return answers;
}

const problemsOf = (loaded: LoadedCompose): string =>
  loaded.ok
    ? ''
    : loaded.problems
        .map(({ file, line, column, path, message }) => `${file}:${line}:${column} ${path}: ${message}`)
        .join('\n');

describe('the loader and Docker Compose, key by key', () => {
  const accepted = readCases('accepted');
  const refused = readCases('refused');
  let answers: Map<Case, Answer>;

  before(
    async () => {
      answers = await askAll(await buildDockerCompose(), [...accepted, ...refused]);
    },
    { timeout: 1_500_000 },
  );

  it('has a corpus of at least 150 files', () => {
    assert.ok(accepted.length + refused.length >= 150, `${accepted.length} + ${refused.length}`);
  });

  for (const each of accepted)
    it(`prints the same model for ${each.label}`, () => {
      const answer = answers.get(each);
      assert.ok(answer?.ok === true, answer?.ok === false ? answer.message : 'no answer');
      const loaded = load(each);
      assert.ok(loaded.ok, problemsOf(loaded));
      assert.deepEqual(JSON.parse(JSON.stringify(configView(loaded.project))), answer.model);
    });

  for (const each of refused)
    it(`refuses ${each.label}, and says where`, () => {
      const answer = answers.get(each);
      assert.equal(answer?.ok, false, 'Docker Compose accepts it');
      const loaded = load(each);
      assert.ok(!loaded.ok, 'the loader accepts it');
      for (const problem of loaded.problems) {
        assert.ok(problem.line >= 1 && problem.column >= 1);
        assert.ok(problem.message.length > 0);
      }
    });
});
