import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ComposeProject } from '../compose/compose-project.ts';
import { environmentSecrets, renderWrittenFiles } from './file-uses.ts';

const project = (web: ComposeProject['services'][string]): ComposeProject => ({
  name: 'shop-1',
  services: { web },
  secrets: { s: { environment: 'S' }, f: { file: '/key' }, unused: { environment: 'U' } },
  configs: { c: { content: 'text' }, e: { environment: 'E', content: 'value' } },
});

it('writes what is no file of the machine, where and as the service wants it', () => {
  const web = {
    image: 'x',
    secrets: [
      { source: 's' },
      { source: 'f' },
      { source: 's', target: '/a/b', mode: '0400', uid: '5', gid: 'x' },
    ],
    configs: [{ source: 'c' }, { source: 'e', target: 'etc/app' }],
  };
  assert.deepEqual(renderWrittenFiles(project(web), web), [
    { path: '/c', mode: 0o444, text: 'text' },
    { path: '/etc/app', mode: 0o444, text: 'value' },
    { path: '/run/secrets/s', mode: 0o444, secret: 's' },
    { path: '/a/b', mode: 0o400, uid: 5, secret: 's' },
  ]);
});

it('needs values only of the secrets that a service uses', () => {
  const web = { image: 'x', secrets: [{ source: 's' }, { source: 'f' }] };
  assert.deepEqual([...environmentSecrets(project(web))], [['s', 'S']]);
});
