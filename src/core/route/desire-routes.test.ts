import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadCompose } from '../compose/load-compose.ts';
import { publicRoutes } from './desire-routes.ts';

function load(route: unknown): ReturnType<typeof loadCompose> {
  const project = { name: 'shop', services: { web: { image: 'a:1', 'x-crane': { route } } } };
  return loadCompose({
    files: [{ path: 'compose.yaml', text: JSON.stringify(project) }],
    readFile: () => undefined,
    environment: {},
    profiles: [],
  });
}

describe('publicRoutes', () => {
  const cases = [
    [undefined, 'off'],
    [false, 'off'],
    ['off', 'off'],
    [true, 'also'],
    ['only', 'only'],
  ] as const;
  for (const [tls, wanted] of cases)
    it(`reads tls: ${String(tls)} as ${wanted}`, () => {
      const loaded = load({ port: 80, tls });
      assert.ok(loaded.ok);
      assert.deepEqual(
        publicRoutes('shop-1', loaded.project).map((route) => route.tls),
        [wanted],
      );
    });

  it('refuses any other word for tls, and says which there are', () => {
    const loaded = load({ port: 80, tls: 'yes' });
    assert.ok(!loaded.ok);
    assert.match(JSON.stringify(loaded), /must be true, only or off/);
  });
});
