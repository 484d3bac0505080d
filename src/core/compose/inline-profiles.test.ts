import assert from 'node:assert/strict';
import { it } from 'node:test';
import { inlineProfiles } from './inline-profiles.ts';

const files: Record<string, string> = { './p.json': '{ "a": [ 1 ] }\n', 'bad.json': '{' };
const inline = (options: string[]): ReturnType<typeof inlineProfiles> =>
  inlineProfiles(
    { name: 'shop-1', services: { web: { image: 'x', security_opt: options } } },
    (path) => files[path],
    new Map([['services.web', { file: 'compose.yaml', line: 2, column: 3 }]]),
  );

it('puts a profile in the place of its file, in either form', () => {
  const kept = ['seccomp=unconfined', 'seccomp:builtin', 'label=disable', 'seccomp={"a":1}'];
  const { project, problems } = inline(['seccomp=./p.json', 'seccomp:./p.json', ...kept]);
  assert.deepEqual(problems, []);
  assert.deepEqual(project.services['web']?.security_opt, [
    'seccomp={"a":[1]}',
    'seccomp={"a":[1]}',
    ...kept,
  ]);
});

it('says which file is not there or no JSON', () => {
  const { problems } = inline(['seccomp=none.json', 'seccomp=bad.json']);
  assert.deepEqual(
    problems.map(({ line, path, message }) => `${line} ${path}: ${message}`),
    [
      '2 services.web.security_opt[0]: the seccomp profile none.json cannot be found',
      '2 services.web.security_opt[1]: the seccomp profile bad.json is not JSON',
    ],
  );
});
