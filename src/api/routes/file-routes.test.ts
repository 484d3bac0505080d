import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { someInstance } from '../../../test/factories/core-values.ts';
import { deployedApp, problemOf, testApi } from '../../../test/factories/test-api.ts';
import { CraneError } from '../../core/error/crane-error.ts';

const tar = { 'content-type': 'application/x-tar' };

describe('files of an instance', () => {
  it('come as a tar and arrive as one, for those whose app it is', async (test) => {
    const written: string[] = [];
    const { store, bob, world, call } = await testApi(test, {
      runtime: {
        readArchive: async function* (_id, path) {
          if (path !== '/etc') throw new CraneError('instance.path_not_found', 'It is not there.');
          yield Buffer.from('one ');
          yield Buffer.from('two');
        },
        writeArchive: async (id, folder, bytes) => {
          let text = '';
          for await (const chunk of bytes) text += Buffer.from(chunk).toString();
          written.push(`${id} ${folder} ${text}`);
        },
      },
    });
    const app = deployedApp(store, bob).uniqueName;
    world.observed = [someInstance({ app }), someInstance({ app, slot: 2, id: 'c2', state: 'exited' })];
    const url = '/api/v1/apps/shop-1/files';
    const answer = await call('bob', 'GET', `${url}?path=/etc`);
    assert.deepEqual([answer.statusCode, answer.body], [200, 'one two']);
    assert.equal(answer.headers['content-type'], 'application/x-tar');
    problemOf(await call('bob', 'GET', `${url}?path=/no`), 404, 'instance.path_not_found');
    problemOf(await call('bob', 'GET', `${url}?path=etc`), 422, 'input.invalid');
    problemOf(await call('bob', 'GET', `${url}?path=/etc&instance=2`), 409, 'instance.not_running');
    problemOf(await call('cid', 'GET', `${url}?path=/etc`), 404, 'app.not_found');
    const sent = await call('bob', 'POST', `${url}?path=/tmp`, { headers: tar, payload: 'bytes' });
    assert.deepEqual(sent.json(), { instance: 'web-1-1' });
    assert.deepEqual(written, ['c1 /tmp bytes']);
    const wrong = await call('cid', 'POST', `${url}?path=/tmp`, { headers: tar, payload: 'bytes' });
    problemOf(wrong, 404, 'app.not_found');
    assert.equal(written.length, 1);
  });
});
