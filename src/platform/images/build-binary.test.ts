import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { CraneError } from '../../core/error/crane-error.ts';
import { buildBinary } from './build-binary.ts';
import type { BuildRequest } from './build-binary.ts';
import type { BuildProgress } from './build-progress.ts';
import { parseRecipe } from './image-recipe.ts';

const recipe = parseRecipe(
  {
    name: 'echo',
    version: '1.0.0',
    localTag: 'crane/echo:1.0.0',
    build: {
      binaries: [{ package: 'example.org/echo', path: '/bin/echo' }],
      tags: ['small'],
      stamps: { 'main.version': '1.0.0' },
      typicalSeconds: 3,
    },
    run: { entrypoint: ['/bin/echo'], user: '65534:65534', writablePaths: ['/tmp'] },
  },
  'image.json',
);

// Speaks as the Go toolchain does, so that the order of steps, progress and failures can be told without one.
const talkingGo = `#!/bin/sh
echo "$*" >> "$CALLS"
case $1 in
env) printf 'go%s\\nlinux\\namd64\\n' "\${GO_SAYS:-1.26.8}" ;;
list) echo 'go: downloading example.org/dep v1.0.0' >&2; printf 'false\\ntrue\\ntrue\\n' ;;
build)
  [ -z "$GO_FAILS" ] || { echo '# example.org/echo' >&2; echo './main.go:3:1: broken' >&2; exit 1; }
  [ -z "$GO_HANGS" ] || { echo 'example.org/dep' >&2; exec sleep 60; }
  echo 'example.org/dep' >&2; echo 'example.org/echo' >&2
  mkdir -p "$4" && echo binary > "$4echo" ;;
esac
`;

type Scene = { request: BuildRequest; progress: BuildProgress[]; calls: () => Promise<string[]> };

async function prepareScene(t: TestContext, settings: Record<string, string> = {}): Promise<Scene> {
  const root = await mkdtemp(join(tmpdir(), 'build-'));
  t.after(() => rm(root, { recursive: true }));
  for (const folder of ['bin', 'recipe', 'cache']) await mkdir(join(root, folder));
  await writeFile(join(root, 'bin/go'), talkingGo);
  await chmod(join(root, 'bin/go'), 0o755);
  await writeFile(join(root, 'recipe/go.mod'), 'module example.org/echo\n\ngo 1.26.3\n');
  await writeFile(join(root, 'recipe/main.go'), 'package main\n');
  const log = join(root, 'calls');
  const progress: BuildProgress[] = [];
  return {
    progress,
    calls: async () => (await readFile(log, 'utf8')).trim().split('\n'),
    request: {
      recipe,
      folder: join(root, 'recipe'),
      cacheDir: join(root, 'cache'),
      environment: { PATH: `${join(root, 'bin')}:/usr/bin:/bin`, CALLS: log, ...settings },
      onProgress: (step) => void progress.push(step),
    },
  };
}

function hasCode(code: string, message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof CraneError && error.code === code && message.test(error.message);
}

test('a build downloads, compiles with the recipe’s flags, and keeps the binary under its key', async (t) => {
  const { request, calls } = await prepareScene(t);
  const built = await buildBinary(request);
  assert.equal(built.isReused, false);
  assert.deepEqual(
    built.files.map((file) => file.path),
    ['/bin/echo'],
  );
  assert.equal(await readFile(built.files[0]?.source ?? '', 'utf8'), 'binary\n');
  assert.deepEqual(await readdir(join(request.cacheDir, 'echo')), [built.key]);
  const build = (await calls()).find((call) => call.startsWith('build'));
  assert.match(
    build ?? '',
    /-trimpath .*-tags=small .*-ldflags=-s -w -X main\.version=1\.0\.0 -- example\.org\/echo$/,
  );
});

test('progress counts the packages still to compile, and ends with nothing left', async (t) => {
  const { request, progress } = await prepareScene(t);
  await buildBinary(request);
  const seen = progress.map(({ step, text, done, total }) => [step, text, done, total]);
  assert.deepEqual(seen, [
    ['download', 'modules', undefined, undefined],
    ['download', 'example.org/dep v1.0.0', 1, undefined],
    ['compile', '2 of 3 packages', 0, 2],
    ['compile', 'example.org/dep', 1, 2],
    ['compile', 'example.org/echo', 2, 2],
    ['done', 'built', undefined, undefined],
  ]);
  assert.equal(progress.at(-1)?.remainingMs, 0);
});

test('a second build reuses the first one’s binary', async (t) => {
  const { request, progress, calls } = await prepareScene(t);
  const first = await buildBinary(request);
  progress.length = 0;
  const second = await buildBinary(request);
  assert.deepEqual([second.isReused, second.key, second.files], [true, first.key, first.files]);
  assert.deepEqual(
    progress.map((step) => step.step),
    ['reused'],
  );
  assert.equal((await calls()).filter((call) => call.startsWith('build')).length, 1);
});

test('a changed source is built anew and takes the old binary’s place', async (t) => {
  const { request } = await prepareScene(t);
  const first = await buildBinary(request);
  await writeFile(join(request.folder, 'main.go'), 'package main // changed\n');
  const second = await buildBinary(request);
  assert.notEqual(second.key, first.key);
  assert.deepEqual(await readdir(join(request.cacheDir, 'echo')), [second.key]);
});

test('a failed build says the step and go’s last lines, and leaves nothing behind', async (t) => {
  const { request } = await prepareScene(t, { GO_FAILS: '1' });
  await assert.rejects(
    buildBinary(request),
    hasCode('platform.failed', /echo .*"compile".*main\.go:3:1: broken/s),
  );
  assert.deepEqual(await readdir(join(request.cacheDir, 'echo')), []);
});

test('cancelling ends go and leaves nothing behind', async (t) => {
  const { request } = await prepareScene(t, { GO_HANGS: '1' });
  const controller = new AbortController();
  const onProgress = ({ done }: BuildProgress): void => void (done === 1 && controller.abort());
  const startedAt = performance.now();
  await assert.rejects(
    buildBinary({ ...request, onProgress, signal: controller.signal }),
    hasCode('operation.cancelled', /cancelled/),
  );
  assert.ok(performance.now() - startedAt < 30_000, 'go was not ended');
  assert.deepEqual(await readdir(join(request.cacheDir, 'echo')), []);
});

test('what a killed build left behind is removed by the next one', async (t) => {
  const { request } = await prepareScene(t);
  // No process has this id: it is above every limit that Linux allows.
  const leftover = join(request.cacheDir, 'echo/work-99999999-abc');
  await mkdir(leftover, { recursive: true });
  const built = await buildBinary(request);
  assert.deepEqual(await readdir(join(request.cacheDir, 'echo')), [built.key]);
});

test('without Go the error says what to install', async (t) => {
  const { request } = await prepareScene(t);
  const environment = { ...request.environment, PATH: '/nowhere' };
  await assert.rejects(
    buildBinary({ ...request, environment }),
    (error) =>
      hasCode('platform.missing_tool', /Go was not found/)(error) &&
      error instanceof CraneError &&
      /Install Go/.test(error.facts.fix ?? ''),
  );
});

test('a Go older than go.mod wants is refused with both versions', async (t) => {
  const { request } = await prepareScene(t, { GO_SAYS: '1.26.2' });
  await assert.rejects(
    buildBinary(request),
    hasCode('platform.missing_tool', /saw go1\.26\.2, wanted 1\.26\.3/),
  );
});
