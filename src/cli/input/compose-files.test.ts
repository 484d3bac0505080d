import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { CliError } from '../cli-error.ts';
import { findComposeFiles, readComposeFiles } from './compose-files.ts';

const root = mkdtempSync(join(tmpdir(), 'crane-compose-'));
after(() => rmSync(root, { recursive: true }));

let count = 0;
/** A project folder with these files. */
function project(files: Record<string, string>): string {
  count += 1;
  const folder = join(root, String(count));
  mkdirSync(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const isUsage = (error: unknown): boolean => error instanceof CliError && error.exitCode === 2;

describe('compose files that are sent', () => {
  test('the usual name is found, with its override', async () => {
    const folder = project({ 'docker-compose.yml': '', 'compose.yaml': '', 'compose.override.yaml': '' });
    assert.deepEqual(findComposeFiles(folder), [
      join(folder, 'compose.yaml'),
      join(folder, 'compose.override.yaml'),
    ]);
    assert.equal(findComposeFiles(project({})), null);
  });

  test('files of secrets and configs stay where they lie; an included file brings the .env beside it', async () => {
    const folder = project({
      'compose.yaml':
        'include: [sub/more.yaml, { path: [a.yaml], project_directory: other }]\nsecrets: { s: { file: key.pem } }\nconfigs: { c: { file: app.conf } }\n',
      'key.pem': 'secret',
      'app.conf': 'x',
      'a.yaml': '',
      'sub/more.yaml': 'services: {}\n---\nservices: { a: { env_file: b.env } }\n',
      'sub/.env': 'A=1',
      'sub/b.env': 'B=1',
      'other/.env': 'C=1',
    });
    const { support } = await readComposeFiles({ paths: [], folder, envFiles: [] });
    assert.deepEqual(Object.keys(support).sort(), [
      'a.yaml',
      'other/.env',
      'sub/.env',
      'sub/b.env',
      'sub/more.yaml',
    ]);
  });

  test('what they refer to goes along, also at second hand', async () => {
    const folder = project({
      'compose.yaml': `
include: [extra/db.yaml]
services:
  web:
    image: web:\${TAG:-1}
    env_file: [web.env, { path: opt.env, required: false }]
    extends: { file: shared.yaml, service: app }
    environment: [PASSED, SET=1]
  job: { image: job, environment: { OTHER: , FIXED: x } }`,
      'extra/db.yaml': 'services: { db: { image: db, env_file: db.env } }',
      'extra/db.env': 'DB_NAME=$DB_FROM_SHELL\nBARE\n',
      'shared.yaml': 'services: { app: { image: x } }',
      'web.env': 'A=1',
      '.env': 'TAG=2',
      'unrelated.env': 'SECRET=1',
    });
    const read = await readComposeFiles({ paths: [], folder, envFiles: [] });
    assert.deepEqual(
      read.files.map((file) => file.path),
      ['compose.yaml'],
    );
    assert.deepEqual(Object.keys(read.support).sort(), [
      '.env',
      'extra/db.env',
      'extra/db.yaml',
      'shared.yaml',
      'web.env',
    ]);
    assert.deepEqual(read.variables, ['BARE', 'DB_FROM_SHELL', 'OTHER', 'PASSED', 'TAG']);
  });

  test('nothing outside the folder is sent, by path or by link', async () => {
    const folder = project({
      'compose.yaml': 'services: { a: { image: a, env_file: [/etc/passwd, ../x.env, link.env] } }',
    });
    writeFileSync(join(root, 'x.env'), 'SECRET=1');
    symlinkSync(join(root, 'x.env'), join(folder, 'link.env'));
    assert.deepEqual((await readComposeFiles({ paths: [], folder, envFiles: [] })).support, {});
  });

  test('named env files take the place of .env', async () => {
    const folder = project({
      'compose.yaml': 'services: {}',
      '.env': 'A=1',
      'prod.env': 'A=2',
      'more.env': 'B=3',
    });
    const read = await readComposeFiles({ paths: [], folder, envFiles: ['prod.env', 'more.env'] });
    assert.deepEqual(read.support, { '.env': 'A=2\nB=3' });
  });

  test('several files keep their order, relative to the first', async () => {
    const folder = project({ 'a/compose.yaml': 'services: {}', 'a/prod.yaml': 'services: {}' });
    const read = await readComposeFiles({ paths: ['a/compose.yaml', 'a/prod.yaml'], folder, envFiles: [] });
    assert.deepEqual(
      read.files.map((file) => file.path),
      ['compose.yaml', 'prod.yaml'],
    );
  });

  test('a damaged file is sent as it is: the control plane says what is wrong', async () => {
    const folder = project({ 'compose.yaml': 'services: [' });
    assert.equal((await readComposeFiles({ paths: [], folder, envFiles: [] })).files[0]?.text, 'services: [');
  });

  test('one that contains itself, multiplies itself or is very deep too', async () => {
    const bomb = [
      'a: &a [x]',
      ...['b', 'c', 'd', 'e', 'f'].map(
        (name, index) => `${name}: &${name} [${Array(20).fill(`*${'abcde'[index]}`).join(', ')}]`,
      ),
    ];
    for (const text of [
      'services: &a { web: *a }',
      bomb.join('\n'),
      `a: ${'['.repeat(20_000)}`,
      `${'- '.repeat(20_000)}a`,
    ]) {
      const folder = project({ 'compose.yaml': text });
      assert.equal((await readComposeFiles({ paths: [], folder, envFiles: [] })).files[0]?.text, text);
    }
  });

  test('missing and too large files are usage errors', async () => {
    const folder = project({ 'big.yaml': 'x'.repeat(1_000_001) });
    for (const paths of [[], ['no.yaml'], ['big.yaml']]) {
      await assert.rejects(readComposeFiles({ paths, folder, envFiles: [] }), isUsage);
    }
  });
});
