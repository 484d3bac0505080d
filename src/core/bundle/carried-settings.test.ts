import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPortableRouter } from '../../proxy/traefik/render-portable-router.ts';
import type { ComposeProject } from '../compose/compose-project.ts';
import { inlineProfiles } from '../compose/inline-profiles.ts';
import { loadCompose } from '../compose/load-compose.ts';
import { withoutBundleParts } from './bundle-mark.ts';
import { carriedSettings, noSettings, type CarriedSettings } from './carried-settings.ts';
import { renderBundle } from './render-bundle.ts';

const router = createPortableRouter({ image: 'traefik:v3' });

function load(text: string, name = 'shop-1'): ComposeProject {
  const loaded = loadCompose({
    files: [{ path: 'compose.yaml', text }],
    readFile: () => undefined,
    environment: {},
    profiles: [],
    projectName: name,
  });
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.project;
}
const plain = `
services:
  web: { image: "crane/whoami:1", x-crane: { route: 8080 } }
`;
const settings: CarriedSettings = {
  rules: [
    {
      name: 'slow',
      service: 'web',
      forMs: 0,
      severity: 'warning',
      kind: 'preset',
      preset: 'p95',
      above: 250,
    },
    {
      name: 'own',
      service: 'web',
      forMs: 1_000,
      severity: 'critical',
      kind: 'promql',
      expr: 'sum(rate(http_requests_total{path=~"/a$"}[1m])) > 5',
    },
  ],
  modes: { web: 'dry-run' },
  schedules: [
    {
      service: 'web',
      cron: '0 8 * * 1-5',
      timeZone: 'Europe/Berlin',
      durationMs: 36_000_000,
      min: 2,
      max: 6,
    },
  ],
};
const composeOf = (project: ComposeProject, given?: CarriedSettings): string =>
  renderBundle({
    project,
    name: 'shop',
    replicas: {},
    router,
    ...(given === undefined ? {} : { settings: given }),
  }).files.find(({ path }) => path === 'compose.yaml')?.text ?? '';

describe('settings that go along with a bundle', () => {
  it('come back as they were, dollars too, and are no part of the app', () => {
    const project = load(composeOf(load(plain), settings), 'shop');
    assert.deepEqual(carriedSettings(project), settings);
    assert.ok(!('x-crane-bundle' in withoutBundleParts(project)));
  });

  it('are none where there are none', () => {
    assert.deepEqual(carriedSettings(load(composeOf(load(plain)), 'shop')), noSettings);
    assert.deepEqual(carriedSettings(load(plain)), noSettings);
    assert.ok(!composeOf(load(plain), noSettings).includes('settings'));
  });

  it('are refused when they are not what an export writes, or of a service that is not there', () => {
    const refuse = (given: string, message: RegExp): void => {
      const project = load(`${plain}x-crane-bundle: { settings: ${given} }\n`);
      assert.throws(() => carriedSettings(project), { code: 'input.invalid', message });
    };
    refuse('{ modes: { web: fast } }', /x-crane-bundle\/settings\/modes\/web/);
    refuse('{ mods: {} }', /x-crane-bundle\/settings/);
    refuse('{ modes: { db: auto } }', /there is no service "db"/);
    refuse('7', /x-crane-bundle\/settings/);
  });
});

describe('seccomp profiles in a bundle', () => {
  it('are files beside the compose file, one for each text, and come back as they were', () => {
    const text = '{"defaultAction":"SCMP_ACT_ALLOW","names":["$x"]}';
    const project = load(`
services:
  web: { image: "a:1", security_opt: ["no-new-privileges:true", 'seccomp=${text.replace('$', '$$$$')}'] }
  api: { image: "a:1", security_opt: ['seccomp=${text.replace('$', '$$$$')}', "seccomp=unconfined"] }
`);
    const { files } = renderBundle({ project, name: 'shop', replicas: {}, router });
    const profiles = files.filter(({ path }) => path.startsWith('seccomp-'));
    assert.equal(profiles.length, 1);
    assert.deepEqual(JSON.parse(profiles[0]?.text ?? ''), JSON.parse(text));
    const back = load(files.find(({ path }) => path === 'compose.yaml')?.text ?? '', 'shop');
    const read = (path: string): string | undefined => files.find((file) => `./${file.path}` === path)?.text;
    const inlined = inlineProfiles(back, read, new Map());
    assert.deepEqual(inlined.problems, []);
    for (const name of ['web', 'api'])
      assert.deepEqual(inlined.project.services[name]?.security_opt, project.services[name]?.security_opt);
  });
});
