import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { configView } from '../../src/core/compose/config-view.ts';
import { loadCompose, type LoadedCompose } from '../../src/core/compose/load-compose.ts';
import { renderCompose } from '../../src/core/compose/render-compose.ts';
import {
  caseEnvironment,
  loadComposeCase,
  readComposeCases,
  type ComposeCase,
} from '../factories/compose-cases.ts';
import { buildDockerCompose } from '../factories/docker-compose.ts';

type Answer = { ok: true; model: unknown } | { ok: false; message: string };

async function ask(program: string, each: ComposeCase): Promise<Answer> {
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
    env: caseEnvironment(each),
    timeout: 20_000,
    maxBuffer: 16 * 1024 * 1024,
  };
  return promisify(execFile)(program, args, options).then(
    ({ stdout }): Answer => ({ ok: true, model: JSON.parse(stdout) }),
    (error: unknown): Answer => ({ ok: false, message: String(error) }),
  );
}

/** Answers by case; two programs run at once. */
async function askAll(program: string, cases: readonly ComposeCase[]): Promise<Map<ComposeCase, Answer>> {
  const answers = new Map<ComposeCase, Answer>();
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
  const accepted = readComposeCases('accepted');
  const refused = readComposeCases('refused');
  let answers: Map<ComposeCase, Answer>;

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
      const loaded = loadComposeCase(each);
      assert.ok(loaded.ok, problemsOf(loaded));
      assert.deepEqual(JSON.parse(JSON.stringify(configView(loaded.project))), answer.model);
    });

  for (const each of accepted)
    it(`loads its own generated file to the same bytes for ${each.label}`, () => {
      const loaded = loadComposeCase(each);
      assert.ok(loaded.ok, problemsOf(loaded));
      const text = renderCompose(loaded.project);
      const again = loadCompose({
        files: [{ path: 'compose.yaml', text }],
        readFile: () => '',
        environment: {},
        profiles: ['*'],
        projectName: loaded.project.name,
        projectDirectory: each.folder,
      });
      assert.ok(again.ok, problemsOf(again));
      assert.equal(renderCompose(again.project), text);
    });

  for (const each of refused)
    it(`refuses ${each.label}, and says where`, () => {
      const answer = answers.get(each);
      assert.equal(answer?.ok, false, 'Docker Compose accepts it');
      const loaded = loadComposeCase(each);
      assert.ok(!loaded.ok, 'the loader accepts it');
      for (const problem of loaded.problems) {
        assert.ok(problem.line >= 1 && problem.column >= 1);
        assert.ok(problem.message.length > 0);
      }
    });
});
