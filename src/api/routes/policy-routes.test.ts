import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bodyOf, problemOf, testApi } from '../../../test/factories/test-api.ts';

const url = '/api/v1/policies:judge';
const draft = (path: string, text: string) => ({ payload: { files: [{ path, text }] } });

describe('drafts of policies', () => {
  it('are checked, then tested, by an admin', async (test) => {
    const { call } = await testApi(test);
    const good = bodyOf(
      await call('ada', 'POST', url, draft('scaling/scaling.rego', 'package crane.scaling')),
    );
    assert.deepEqual(good['check'], { isOk: true, problems: [] });
    assert.deepEqual(good['tests'], { isOk: true, problems: [], passed: 3, failed: 0 });
    const bad = bodyOf(await call('ada', 'POST', url, draft('scaling/scaling.rego', 'bad')));
    assert.deepEqual([Object(bad['check']).isOk, bad['tests'], bad['dryRun']], [false, null, null]);
  });

  it('are refused from others, and for files that do not decide', async (test) => {
    const { call } = await testApi(test);
    problemOf(await call('bob', 'POST', url, draft('scaling/x.rego', 'x')), 403, 'auth.forbidden');
    for (const path of ['system/authz.rego', '../x.rego', 'scaling/../x.rego', 'scaling/x.sh'])
      problemOf(await call('ada', 'POST', url, draft(path, 'x')), 422, 'input.invalid');
  });
});
