import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, it } from 'node:test';

const root = join(import.meta.dirname, '..');
const source = join(root, 'src');

/** Room → rooms it may import (docs/architecture.md). `cli` may use only the generated client, which lies in its own room. */
const walls: Record<string, readonly string[]> = {
  core: [],
  runtime: ['core'],
  proxy: ['core'],
  observe: ['core'],
  policy: ['core'],
  scan: ['core'],
  store: ['core'],
  platform: ['core', 'runtime'],
  actions: ['core'],
  control: ['core', 'actions'],
  api: ['core', 'actions'],
  cli: [],
};

/** Packages that the pure room may use. */
const corePackages = ['zod', 'yaml', 'ajv', 'ajv/dist/ajv.js', 'croner'];

/** The only files that construct adapters, and the only ones that read the environment. */
const composers = [
  'control-settings.ts',
  'documented-settings.ts',
  'main.ts',
  'config.ts',
  'serve.ts',
  'wire.ts',
  'wire-notify.ts',
];
const environmentReaders = ['main.ts', 'config.ts', 'cli/settings.ts'];

const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => relative(source, join(entry.parentPath, entry.name)));

const isTest = (file: string): boolean => /\.test\.ts$|-contract\.ts$/.test(file);
const production = files.filter((file) => !isTest(file));

function importsOf(file: string): string[] {
  const text = readFileSync(join(source, file), 'utf8');
  return [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s+['"]([^'"]+)['"]/g,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** Files of this project, from the root of the sources; `import()` is left out, since it waits until it is needed. */
function staticImportsOf(file: string): string[] {
  const text = readFileSync(join(source, file), 'utf8').replace(/import\(\s*['"][^'"]+['"]\s*\)/g, '');
  return [...text.matchAll(/\bfrom\s+['"](\.[^'"]+)['"]/g)].map((match) =>
    join(dirname(file), match[1] ?? ''),
  );
}

function roomOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? file) : file;
}

describe('the walls of the rooms', () => {
  it('has exactly the rooms of the table', () => {
    const rooms = new Set(production.map(roomOf).filter((room) => !room.endsWith('.ts')));
    assert.deepEqual([...rooms].sort(), Object.keys(walls).sort());
  });

  for (const [room, allowed] of Object.entries(walls)) {
    it(`${room} imports only ${['itself', ...allowed].join(', ')}`, () => {
      const breaches = production
        .filter((file) => roomOf(file) === room)
        .flatMap((file) =>
          importsOf(file)
            .filter((target) => target.startsWith('.'))
            .map((target) => roomOf(relative(source, join(source, dirname(file), target))))
            .filter((target) => target !== room && !allowed.includes(target))
            .map((target) => `${file} → ${target}`),
        );
      assert.deepEqual(breaches, []);
    });
  }

  it('keeps core pure: no node modules, no clock, no randomness, no network', () => {
    const breaches = production
      .filter((file) => roomOf(file) === 'core')
      .flatMap((file) => {
        const foreign = importsOf(file).filter(
          (target) => !target.startsWith('.') && !corePackages.includes(target),
        );
        const text = readFileSync(join(source, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
        const impure = [
          ...text.matchAll(
            /\b(Date\.now|new Date\(\)|Math\.random|performance\.|fetch\(|process\.|setTimeout|setInterval)/g,
          ),
        ].map((match) => match[1]);
        return [...foreign, ...impure].map((what) => `${file}: ${what}`);
      });
    assert.deepEqual(breaches, []);
  });

  it('reads the environment only where configuration is made', () => {
    const breaches = production.filter(
      (file) =>
        !environmentReaders.includes(file) && /process\.env\b/.test(readFileSync(join(source, file), 'utf8')),
    );
    assert.deepEqual(breaches, []);
  });

  it('platform uses of the runtime only its client', () => {
    const breaches = production
      .filter((file) => roomOf(file) === 'platform')
      .flatMap((file) =>
        importsOf(file)
          .filter((target) => target.includes('/runtime/') && !target.includes('/runtime/docker/client/'))
          .map((target) => `${file} → ${target}`),
      );
    assert.deepEqual(breaches, []);
  });

  it('joins adapters only in the composition root', () => {
    const atTop = production.filter((file) => !file.includes('/'));
    assert.deepEqual(
      atTop.filter((file) => !composers.includes(file)),
      [],
    );
  });

  it('lets routes make instances only by verbs that are judged (src/actions/admitted.ts)', () => {
    const unjudged =
      /import \{[^}]*\b(?:deployApp|importApp|changeRelease|cloneApp|startApp|restartApp|rollBackApp|scaleService)\b/;
    const breaches = production.filter(
      (file) => roomOf(file) === 'api' && unjudged.test(readFileSync(join(source, file), 'utf8')),
    );
    assert.deepEqual(breaches, []);
  });

  it('keeps files small: at most 300 lines', () => {
    const long = production
      .filter((file) => !/\.gen\.ts$|\/schema\//.test(file))
      .map((file) => [file, readFileSync(join(source, file), 'utf8').split('\n').length] as const);
    assert.deepEqual(
      long.filter(([, lines]) => lines > 300).map(([file, lines]) => `${file}: ${lines}`),
      [],
    );
  });

  it('lets the web pages know nothing but the generated client', () => {
    const pages = join(root, 'ui/src');
    const client = ['src/cli/client/api.gen.ts', 'src/cli/client/parse-events.ts'];
    const breaches = readdirSync(pages, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .flatMap((entry) => {
        const file = join(entry.parentPath, entry.name);
        return [...readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)'/g)]
          .map((match) => relative(root, join(dirname(file), match[1] ?? '')))
          .filter((target) => !target.startsWith('ui/') && !client.includes(target))
          .map((target) => `${relative(root, file)} → ${target}`);
      });
    assert.deepEqual(breaches, []);
  });

  it('runs one way: no file imports itself in a circle, types included', () => {
    const graph = new Map(production.map((file) => [file, new Set(staticImportsOf(file))]));
    // What imports nothing that is left stands on firm ground; what never gets there is in a circle, or above one.
    for (let before = -1; before !== graph.size;) {
      before = graph.size;
      for (const [file, targets] of graph) {
        for (const target of targets) if (!graph.has(target)) targets.delete(target);
        if (targets.size === 0) graph.delete(file);
      }
    }
    for (let before = -1; before !== graph.size;) {
      before = graph.size;
      const imported = new Set([...graph.values()].flatMap((targets) => [...targets]));
      for (const file of graph.keys()) if (!imported.has(file)) graph.delete(file);
    }
    assert.deepEqual([...graph.keys()].sort(), []);
  });

  it('has no enums, no barrels and no rooms for leftovers', () => {
    const bad = production.filter(
      (file) =>
        /(^|\/)(index|utils?|helpers?|common|base|manager|handler)\.ts$/.test(file) ||
        /^\s*(export\s+)?(const\s+)?enum\s/m.test(readFileSync(join(source, file), 'utf8')),
    );
    assert.deepEqual(bad, []);
  });
});
