import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tempStore, twoUsers } from '../../test/factories/temp-store.ts';

const draft = {
  revision: 'ab12',
  note: 'why',
  by: 'ada',
  at: 5,
  files: [{ path: 'scaling/data.json', text: '{}' }],
};
const text = { kind: 'scaling', revision: 'ab12', rego: 'package crane.scaling', settings: '{}' } as const;

describe('saved policies', () => {
  it('are counted per app and kind, survive a restart, and go with their app', (test) => {
    const { store, reopen } = tempStore(test);
    const { ada } = twoUsers(store);
    const { id: appId } = store.apps.create({ name: 'shop', ownerId: ada.id, at: 1 });
    const add = (scope: { appId: number | null; kind: 'scaling' | 'healing' }): number =>
      store.policies.add({ ...scope, ...draft }).number;
    assert.deepEqual(
      [
        add({ appId, kind: 'scaling' }),
        add({ appId, kind: 'scaling' }),
        add({ appId, kind: 'healing' }),
        add({ appId: null, kind: 'scaling' }),
      ],
      [1, 2, 1, 1],
    );
    const { policies, apps } = reopen();
    const scope = { appId, kind: 'scaling' } as const;
    assert.deepEqual(
      policies.list(scope).map(({ number }) => number),
      [2, 1],
    );
    assert.deepEqual(policies.files(scope, 2), draft.files);
    assert.equal(policies.find(scope, 3), null);
    apps.remove(appId);
    assert.deepEqual(policies.list(scope), []);
    assert.equal(policies.list({ appId: null, kind: 'scaling' }).length, 1);
  });

  it('are in force by the newest activation; texts that decided stay', (test) => {
    const { store } = tempStore(test);
    const scope = { appId: null, kind: 'scaling' } as const;
    assert.equal(store.policies.active(scope), null);
    store.policies.activate({ ...scope, number: 1, revision: 'ab12', note: '', by: 'ada', at: 1 });
    store.policies.activate({ ...scope, number: null, revision: null, note: 'back', by: 'ada', at: 1 });
    assert.equal(store.policies.active(scope)?.note, 'back');
    assert.equal(store.policies.activations(scope).length, 2);
    assert.equal(store.policies.active({ appId: 7, kind: 'scaling' }), null);
    store.policies.keepText(text, 1);
    store.policies.keepText({ ...text, rego: 'other' }, 2);
    assert.deepEqual(store.policies.text('scaling', 'ab12'), text);
    assert.equal(store.policies.text('healing', 'ab12'), null);
  });
});
