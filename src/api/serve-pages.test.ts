import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createApi } from './create-api.ts';
import { fakeActionDeps } from '../../test/factories/action-deps.ts';
import { tempStore } from '../../test/factories/temp-store.ts';

const ignore = (): void => undefined;

function pagesApi(test: TestContext, { isBuilt = true } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'crane-pages-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'secret.txt'), 'nobody asked for this');
  if (isBuilt) writeFileSync(join(folder, 'index.html'), '<title>Crane</title>');
  writeFileSync(join(folder, 'assets/main-1.js'), 'let crane;');
  const api = createApi({
    deps: fakeActionDeps(tempStore(test).store),
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    version: '1',
    pages: folder,
  });
  test.after(async () => {
    await api.close();
    rmSync(folder, { recursive: true });
  });
  const get = (url: string, accept = 'text/html,*/*') => api.inject({ url, headers: { accept } });
  return { get };
}

describe('the web pages', () => {
  it('are one page at every address, without a token, with a policy that lets in no other script', async (test) => {
    const { get } = pagesApi(test);
    for (const url of ['/', '/apps/shop-1', '/decisions/d-1?x=1']) {
      const answer = await get(url);
      assert.equal(answer.statusCode, 200, url);
      assert.match(answer.body, /Crane/);
      const policy = String(answer.headers['content-security-policy']);
      assert.match(policy, /script-src 'self';/);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.doesNotMatch(policy, /unsafe-eval|script-src[^;]*unsafe/);
    }
  });

  it('keeps what has its hash in its name for ever', async (test) => {
    const { get } = pagesApi(test);
    const answer = await get('/assets/main-1.js', '*/*');
    assert.match(String(answer.headers['content-type']), /javascript/);
    assert.match(String(answer.headers['cache-control']), /immutable/);
  });

  it('answers what is no page with a problem document, and the API still wants a token', async (test) => {
    const { get } = pagesApi(test);
    assert.equal((await get('/api/v1/nothing')).statusCode, 404);
    assert.equal((await get('/nothing.js')).statusCode, 404);
    assert.equal((await get('/apps', 'application/json')).statusCode, 404);
    assert.equal((await get('/api/v1/apps')).statusCode, 401);
  });

  it('gives no other file and leaves its folder by no way', async (test) => {
    const { get } = pagesApi(test);
    for (const url of [
      '/secret.txt',
      '/../package.json',
      '/assets/%2e%2e/secret.txt',
      '/assets/..%2fsecret.txt',
      '//etc/passwd.js',
    ]) {
      const answer = await get(url, '*/*');
      assert.ok(answer.statusCode >= 400, `${url} ${answer.statusCode}`);
      assert.doesNotMatch(answer.body, /nobody asked/);
    }
  });

  it('says how to build them when they are not built', async (test) => {
    const { get } = pagesApi(test, { isBuilt: false });
    const answer = await get('/');
    assert.equal(answer.statusCode, 503);
    assert.match(answer.body, /crane up/);
  });
});
