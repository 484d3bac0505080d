import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { kindOfDraft, readPolicyDraft } from './policy-draft.ts';

function folderOf(test: TestContext, files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'crane-draft-'));
  test.after(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
const pathsOf = (path: string): string[] => readPolicyDraft(path).map((file) => file.path);

it('takes a single file by its package, with the tests beside it', (test) => {
  const folder = folderOf(test, {
    'calm.rego': '# mine\npackage crane.healing\n',
    'calm_test.rego': 'package crane.healing_test\n',
    'other.rego': 'package crane.scaling\n',
    'strange.rego': 'package system\n',
  });
  assert.deepEqual(pathsOf(join(folder, 'calm.rego')), ['healing/healing.rego', 'healing/healing_test.rego']);
  assert.deepEqual(pathsOf(join(folder, 'other.rego')), ['scaling/scaling.rego']);
  assert.throws(() => pathsOf(join(folder, 'strange.rego')), /is no policy/);
  assert.throws(() => pathsOf(join(folder, 'none.rego')), /cannot be read/);
});

it('takes a folder of both kinds, or of one', (test) => {
  const folder = folderOf(test, {
    'scaling/data.json': '{}',
    'scaling/notes.txt': '',
    'healing/data.json': '{}',
  });
  assert.deepEqual(pathsOf(folder), ['healing/data.json', 'scaling/data.json']);
  assert.deepEqual(pathsOf(join(folder, 'scaling')), ['scaling/data.json']);
  assert.throws(() => pathsOf(folderOf(test, { 'a.txt': '' })), /has no scaling/);
});

it('says what a draft is about, and asks when it is about two things', (test) => {
  const both = readPolicyDraft(folderOf(test, { 'scaling/data.json': '{}', 'healing/data.json': '{}' }));
  assert.throws(() => kindOfDraft(both, undefined), /one of them is saved at a time/);
  assert.equal(kindOfDraft(both, 'healing'), 'healing');
  assert.throws(() => kindOfDraft(both.slice(0, 1), 'scaling'), /nothing about scaling/);
});
