import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadCompose } from './load-compose.ts';
import { rebaseProject } from './rebase-project.ts';

describe('rebaseProject', () => {
  it('drops own hosts, and routes that were only another host for the same', () => {
    const route = [
      { port: 80 },
      { port: 80, host: 'a.localhost' },
      { port: 81, host: 'b.localhost', path: '/b' },
    ];
    const services = { web: { image: 'a:1', 'x-crane': { route } } };
    const loaded = loadCompose({
      files: [
        { path: 'compose.yaml', text: JSON.stringify({ name: 'shop-1', services, volumes: { data: {} } }) },
      ],
      readFile: () => undefined,
      environment: {},
      profiles: [],
    });
    assert.ok(loaded.ok);
    const { name, services: made } = rebaseProject(loaded.project, 'shop-2');
    assert.equal(name, 'shop-2');
    assert.deepEqual(made['web']?.['x-crane']?.route, [{ port: 80 }, { port: 81, path: '/b' }]);
  });

  it('gives networks and volumes the names of the new app, but for external ones', () => {
    const text = JSON.stringify({
      name: 'shop-1',
      services: { web: { image: 'a:1', volumes: ['data:/d', 'own:/o', 'out:/x'] } },
      volumes: { data: {}, own: { name: 'chosen' }, out: { name: 'theirs', external: true } },
      networks: { default: { name: 'chosen' } },
    });
    const loaded = loadCompose({
      files: [{ path: 'compose.yaml', text }],
      readFile: () => undefined,
      environment: {},
      profiles: [],
      projectName: 'shop-1',
    });
    assert.ok(loaded.ok);
    const { volumes, networks } = rebaseProject(loaded.project, 'shop-2');
    assert.deepEqual(
      Object.entries(volumes ?? {}).map(([key, { name }]) => [key, name]),
      [
        ['data', 'shop-2_data'],
        ['own', 'shop-2_own'],
        ['out', 'theirs'],
      ],
    );
    assert.equal(networks?.['default']?.name, 'shop-2_default');
  });
});
