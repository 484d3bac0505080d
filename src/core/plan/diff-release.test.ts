import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ComposeService } from '../compose/compose-project.ts';
import { diffRelease, type ReleaseContent } from './diff-release.ts';

const image = { ref: 'nginx:1', imageId: 'sha256:aaaaaaaaaaaaaaaaaaaaaaaa', repoDigest: null };

function content(
  services: Record<string, ComposeService>,
  extra: Partial<ReleaseContent['project']> = {},
): ReleaseContent {
  return {
    project: { name: 'shop-1', services, ...extra },
    images: Object.fromEntries(Object.keys(services).map((name) => [name, image])),
  };
}

const diff = (from: ReleaseContent | null, to: ReleaseContent): ReturnType<typeof diffRelease> =>
  diffRelease({ prefix: 'crane', app: 'shop-1', from, to });

describe('diffRelease', () => {
  it('creates everything for a first release', () => {
    const plan = diff(null, content({ web: { image: 'nginx:1' } }));
    assert.deepEqual(
      plan.services.map(({ service, change }) => [service, change]),
      [['web', 'create']],
    );
  });

  it('is empty when nothing differs', () => {
    assert.equal(diff(content({ web: {} }), content({ web: {} })).isEmpty, true);
  });

  it('replaces a service whose instance differs and says what differs', () => {
    const plan = diff(
      content({ web: { environment: { A: '1' } } }),
      content({ web: { environment: { A: '2' } } }),
    );
    assert.deepEqual(plan.services[0]?.because, [{ path: 'environment.A', from: '1', to: '2' }]);
    assert.equal(plan.services[0]?.change, 'replace');
  });

  it('replaces no instance for settings of Crane alone', () => {
    const plan = diff(content({ web: {} }), content({ web: { 'x-crane': { route: [{ port: 80 }] } } }));
    assert.equal(plan.services[0]?.change, 'settings');
  });

  it('replaces when the tag points to another image', () => {
    const to = content({ web: { image: 'nginx:1' } });
    const plan = diff(content({ web: { image: 'nginx:1' } }), {
      ...to,
      images: { web: { ...image, imageId: 'sha256:bbbbbbbbbbbbbbbbbbbbbbbb' } },
    });
    assert.equal(plan.services[0]?.change, 'replace');
    assert.equal(plan.services[0]?.because[0]?.path, 'image');
  });

  it('never shows secret-looking values', () => {
    const plan = diff(
      content({ db: { environment: { DB_PASSWORD: 'old' } } }),
      content({ db: { environment: { DB_PASSWORD: 'new' } } }),
    );
    assert.ok(!JSON.stringify(plan).includes('old'));
  });

  it('keeps volumes and warns of what a rollback cannot undo', () => {
    const from = content(
      { db: { image: 'a', volumes: [{ type: 'volume', source: 'data', target: '/data' }] } },
      { volumes: { data: {} } },
    );
    const plan = diff(from, content({}));
    assert.deepEqual(plan.volumes.leave, ['data']);
    assert.equal(plan.irreversible.length, 1);
  });
});
