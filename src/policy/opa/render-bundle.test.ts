import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { healingSettings } from '../memory/decide-healing.ts';
import { scalingSettings } from '../memory/decide-scaling.ts';
import { readPolicies } from './read-policies.ts';
import { hashPolicies, renderBundle, renderOpaArguments } from './render-bundle.ts';

const files = [
  { path: 'scaling/scaling.rego', text: 'package crane.scaling' },
  { path: 'scaling/scaling_test.rego', text: 'package crane.scaling_test' },
  { path: 'scaling/data.json', text: '{}' },
  { path: 'scaling/notes.json', text: '{}' },
];

describe('renderBundle', () => {
  it('takes policies and data, no tests, and a manifest with the revision', () => {
    const { revision, files: bundle } = renderBundle(files, { token: 'secret' });
    assert.match(revision, /^[0-9a-f]{12}$/);
    assert.deepEqual(
      bundle.map(({ path }) => path),
      ['.manifest', 'scaling/data.json', 'scaling/scaling.rego', 'system/data.json'],
    );
    assert.deepEqual(JSON.parse(bundle[0]?.text ?? ''), {
      revision,
      rego_version: 1,
      roots: ['crane', 'scaling', 'system'],
    });
    assert.ok(bundle.every(({ text }) => !text.includes('secret')));
  });

  it('has one revision for the same files in any order, whatever their tests', () => {
    assert.equal(hashPolicies(files.toReversed()), hashPolicies(files));
    assert.equal(hashPolicies(files.filter(({ path }) => !path.includes('_test'))), hashPolicies(files));
  });

  it('has another revision when a letter, a name, or the border between two files moves', () => {
    const variants = [
      files,
      files.map((file) => ({ ...file, text: `${file.text} ` })),
      files.map((file) => ({ ...file, path: file.path.replace('scaling/', 'scale/') })),
      [
        { path: 'a.rego', text: 'xb.rego' },
        { path: 'b.rego', text: 'y' },
      ],
      [{ path: 'a.rego', text: 'xb.regob.regoy' }],
    ];
    assert.equal(new Set(variants.map(hashPolicies)).size, variants.length);
  });
});

it('starts the engine so that nothing can be changed over HTTP and nothing calls home', () => {
  const line = renderOpaArguments({ listenAddress: '10.210.0.13:8181' });
  assert.ok(line.includes('--authorization=basic'));
  assert.ok(line.includes('--skip-version-check'));
  assert.ok(line.includes('--addr=10.210.0.13:8181'));
});

it('ships policies whose settings are those of the arithmetic in TypeScript', async () => {
  const shipped = await readPolicies(join(import.meta.dirname, '../../../policies'));
  const settingsOf = (path: string): unknown =>
    JSON.parse(shipped.find((file) => file.path === path)?.text ?? 'null');
  assert.deepEqual(settingsOf('scaling/data.json'), scalingSettings);
  assert.deepEqual(settingsOf('healing/data.json'), healingSettings);
});
