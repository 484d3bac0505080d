import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { buildKey, readBuildInputs } from './build-inputs.ts';
import { parseRecipe } from './image-recipe.ts';

const content = {
  name: 'echo',
  version: '1.0.0',
  localTag: 'crane/echo:1.0.0',
  build: {
    binaries: [{ package: 'example.org/echo', path: '/bin/echo' }],
    stamps: { 'main.version': '1', 'main.date': 'unknown' },
    typicalSeconds: 3,
  },
  run: { entrypoint: ['/bin/echo'], user: '65534:65534', writablePaths: ['/tmp'] },
};
const facts = {
  recipe: parseRecipe(content, 'image.json'),
  inputs: [
    { path: 'go.mod', content: Buffer.from('module m\n') },
    { path: 'main.go', content: Buffer.from('package main\n') },
  ],
  goVersion: 'go1.26.8',
  platform: 'linux/amd64',
};

test('the build inputs are module files and Go sources without tests, sorted', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'inputs-'));
  t.after(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'overlay/ui'), { recursive: true });
  const names = [
    'main.go',
    'go.sum',
    'go.mod',
    'main_test.go',
    'compose.yaml',
    'image.json',
    'overlay/ui/web.go',
  ];
  for (const name of names) await writeFile(join(folder, name), name);
  const inputs = await readBuildInputs(folder);
  assert.deepEqual(
    inputs.map((input) => [input.path, input.content.toString()]),
    ['go.mod', 'go.sum', 'main.go', 'overlay/ui/web.go'].map((name) => [name, name]),
  );
});

test('the same facts give the same key, whatever the order of stamps', () => {
  const { build } = content;
  const turned = { ...content, build: { ...build, stamps: { 'main.date': 'unknown', 'main.version': '1' } } };
  assert.equal(buildKey(facts), buildKey({ ...facts, recipe: parseRecipe(turned, 'image.json') }));
});

test('what does not reach the compiler does not change the key', () => {
  const moved = {
    ...content,
    officialReference: 'example/echo:1.0.0',
    build: { ...content.build, typicalSeconds: 9 },
  };
  assert.equal(buildKey(facts), buildKey({ ...facts, recipe: parseRecipe(moved, 'image.json') }));
});

test('a source, a stamp, the Go version and the platform each change the key', () => {
  const restamped = { ...content, build: { ...content.build, stamps: { 'main.version': '2' } } };
  const [goMod] = facts.inputs;
  assert.ok(goMod !== undefined);
  const keys = [
    buildKey(facts),
    buildKey({ ...facts, recipe: parseRecipe(restamped, 'image.json') }),
    buildKey({ ...facts, inputs: [goMod, { path: 'main.go', content: Buffer.from('package main') }] }),
    buildKey({ ...facts, inputs: [goMod, { path: 'other.go', content: Buffer.from('package main\n') }] }),
    buildKey({ ...facts, goVersion: 'go1.26.9' }),
    buildKey({ ...facts, platform: 'linux/arm64' }),
  ];
  assert.equal(new Set(keys).size, keys.length);
});
