import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { CraneError } from '../../core/error/crane-error.ts';
import { parseRecipe, readRecipe } from './image-recipe.ts';

const root = join(import.meta.dirname, '../../..');
const whoami = join(root, 'examples/whoami');

async function recipeFolders(): Promise<string[]> {
  const entries = await readdir(join(root, 'images'), { withFileTypes: true });
  const parts = entries.filter((entry) => entry.isDirectory());
  return [...parts.map((part) => join(root, 'images', part.name)), whoami];
}

const valid = {
  name: 'echo',
  version: '1.0.0',
  localTag: 'crane/echo:1.0.0',
  build: { binaries: [{ package: 'example.org/echo', path: '/bin/echo' }], typicalSeconds: 3 },
  run: { entrypoint: ['/bin/echo'], user: '65534:65534', writablePaths: ['/tmp'] },
};

test('each recipe of the repository is valid and tags its image crane/<name>:<version>', async () => {
  for (const folder of await recipeFolders()) {
    const recipe = await readRecipe(folder);
    assert.equal(recipe.localTag, `crane/${recipe.name}:${recipe.version}`);
    assert.ok(folder.endsWith(`/${recipe.name}`));
  }
});

test('each entry point is one of the binaries, and no image runs as root', async () => {
  for (const folder of await recipeFolders()) {
    const recipe = await readRecipe(folder);
    const paths = recipe.build.binaries.map((binary) => binary.path);
    assert.ok(paths.includes(recipe.run.entrypoint[0] ?? ''), recipe.name);
    assert.doesNotMatch(recipe.run.user, /^0:|:0$/);
  }
});

test('each go.mod names the packages as tools and replaces the modules that a prepare step copies', async () => {
  for (const folder of await recipeFolders()) {
    const recipe = await readRecipe(folder);
    const goMod = await readFile(join(folder, 'go.mod'), 'utf8');
    const required = recipe.build.binaries.filter(
      (binary) => !goMod.startsWith(`module ${binary.package}\n`),
    );
    for (const binary of required) assert.match(goMod, new RegExp(`^(tool |\\t)${binary.package}$`, 'm'));
    for (const step of recipe.build.prepare) {
      assert.ok(goMod.includes(`${step.copyModule} => ./${step.to}\n`), recipe.name);
      assert.ok(goMod.includes(`${step.copyModule} ${step.version}`), recipe.name);
    }
  }
});

test('an official reference has a pinned tag that holds the version', async () => {
  for (const folder of await recipeFolders()) {
    const { officialReference, version } = await readRecipe(folder);
    if (officialReference !== undefined)
      assert.ok(officialReference.includes(`:v${version}`) || officialReference.includes(`:${version}`));
  }
});

test('left-out lists and records are empty', () => {
  const { build } = parseRecipe(valid, 'image.json');
  assert.deepEqual([build.tags, build.environment, build.stamps, build.prepare], [[], {}, {}, []]);
});

const refused: [string, unknown][] = [
  ['an unknown key', { ...valid, colour: 'red' }],
  ['a reference without a tag', { ...valid, officialReference: 'prom/prometheus' }],
  [
    'a binary whose path does not end in its package',
    withBuild({ binaries: [{ package: 'example.org/echo', path: '/bin/other' }] }),
  ],
  [
    'a relative path in the image',
    withBuild({ binaries: [{ package: 'example.org/echo', path: 'bin/echo' }] }),
  ],
  ['environment that is not the Go toolchain’s', withBuild({ environment: { LD_PRELOAD: '/tmp/x.so' } })],
  ['a stamp that would add a linker flag', withBuild({ stamps: { 'main.version': '1 -extld=/tmp/x' } })],
  [
    'a copy outside the folder',
    withBuild({
      prepare: [{ name: 'x', copyModule: 'a/b', version: 'v1', sum: `h1:${'A'.repeat(43)}=`, to: '../x' }],
    }),
  ],
  [
    'a copy without a checksum',
    withBuild({ prepare: [{ name: 'x', copyModule: 'a/b', version: 'v1', sum: '', to: 'x' }] }),
  ],
  ['a user by name', { ...valid, run: { ...valid.run, user: 'nobody' } }],
];

function withBuild(change: Record<string, unknown>): unknown {
  return { ...valid, build: { ...valid.build, ...change } };
}

for (const [what, recipe] of refused) {
  test(`refuses ${what}`, () => {
    assert.throws(
      () => parseRecipe(recipe, 'images/echo/image.json'),
      (error) =>
        error instanceof CraneError &&
        error.code === 'input.invalid' &&
        error.message.startsWith('images/echo/image.json'),
    );
  });
}

test('a folder without image.json is said to lack it', async () => {
  await assert.rejects(readRecipe(import.meta.dirname), /image\.json is missing or not JSON/);
});
