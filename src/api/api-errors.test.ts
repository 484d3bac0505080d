import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { text } from 'node:stream/consumers';
import { CraneError } from '../core/error/crane-error.ts';
import { deployedApp, portOf, problemOf, testApi } from '../../test/factories/test-api.ts';

const jsonType = { 'content-type': 'application/json' };

describe('what cannot be understood', () => {
  it('is 400 when the body is not JSON, and 415 when it is something else', async (test) => {
    const { call } = await testApi(test);
    const post = async (payload: string, headers: Record<string, string>) =>
      call('bob', 'POST', '/api/v1/me/tokens', { payload, headers });
    problemOf(await post('{"name":', jsonType), 400, 'input.malformed');
    problemOf(await post('', jsonType), 400, 'input.malformed');
    problemOf(await post('{"__proto__":{"name":"x"},"name":"x"}', jsonType), 400, 'input.malformed');
    problemOf(await post('name=x', { 'content-type': 'text/plain' }), 415, 'input.media_type');
    problemOf(await post('name: x', { 'content-type': 'application/yaml' }), 415, 'input.media_type');
    problemOf(await post('x'.repeat(2 * 1024 * 1024 + 1), jsonType), 413, 'input.too_large');
  });

  it('is 422 with a pointer to each mistake', async (test) => {
    const { call } = await testApi(test);
    const payload = { files: [{ path: '', text: 1, mode: 7 }], owner: 'ada', environment: { 'a/b': 1 } };
    const problem = problemOf(await call('bob', 'POST', '/api/v1/apps', { payload }), 422, 'input.invalid');
    assert.deepEqual(problem.errors?.map(({ pointer }) => pointer).sort(), [
      '/environment/a~1b',
      '/files/0/mode',
      '/files/0/path',
      '/files/0/text',
      '/owner',
    ]);
    assert.match(problem.detail, /and 4 more/);
  });

  it('is 422 when the query is wrong or not known', async (test) => {
    const { call } = await testApi(test);
    const invalid = async (query: string) =>
      problemOf(await call('bob', 'GET', `/api/v1/decisions?${query}`), 422, 'input.invalid').errors?.[0]
        ?.pointer;
    assert.equal(await invalid('limit=x'), '/limit');
    assert.equal(await invalid('limit=0'), '/limit');
    assert.equal(await invalid('onlyChanges=perhaps'), '/onlyChanges');
    assert.equal(await invalid('colour=red'), '/colour');
    assert.equal(await invalid('cursor=abc'), '/cursor');
  });

  it('is 422 when a body is missing', async (test) => {
    const { call } = await testApi(test);
    problemOf(await call('bob', 'POST', '/api/v1/me/tokens'), 422, 'input.invalid');
  });
});

describe('what is not there', () => {
  it('is 404, and 405 with the methods when only the method is wrong', async (test) => {
    const { call } = await testApi(test);
    problemOf(await call(null, 'GET', '/api/v1/nothing'), 404, 'route.not_found');
    problemOf(await call('bob', 'GET', '/'), 404, 'route.not_found');
    problemOf(await call('bob', 'GET', `/api/v1/apps/${'x'.repeat(500)}`), 404, 'route.not_found');
    const put = await call('bob', 'PUT', '/api/v1/apps/shop-1');
    problemOf(put, 405, 'route.not_found');
    assert.equal(put.headers['allow'], 'DELETE, GET, HEAD, PATCH');
    const options = await call(null, 'OPTIONS', '/api/v1/apps:check');
    problemOf(options, 405, 'route.not_found');
    assert.equal(options.headers['allow'], 'POST');
    problemOf(await call('bob', 'GET', '/api/v1/%zz'), 400, 'input.malformed');
  });
});

describe('what goes wrong inside', () => {
  it('is 500 without its text, which is in the log with the request id', async (test) => {
    const { store, logged, call } = await testApi(test);
    store.close();
    const answer = await call('bob', 'GET', '/api/v1/me');
    const problem = problemOf(answer, 500, 'internal');
    assert.doesNotMatch(answer.body, /database is not open/);
    const entry = logged.find(({ level }) => level === 'error');
    assert.equal(entry?.facts['requestId'], problem.requestId);
    assert.equal(problem.instance, `/requests/${problem.requestId}`);
    assert.match(String(entry?.facts['error']), /database is not open/);
  });

  it('keeps the code of a known error', async (test) => {
    const { store, ada, world, call } = await testApi(test);
    const app = deployedApp(store, ada);
    world.fails = new CraneError('engine.unreachable', { message: 'Docker is silent.', fix: 'Start it.' });
    const answer = await call('ada', 'GET', `/api/v1/apps/${app.id}/logs`);
    assert.equal(problemOf(answer, 503, 'engine.unreachable').fix, 'Start it.');
  });
});

describe('each answer', () => {
  it('has a request id and headers that let no page use it', async (test) => {
    const { call } = await testApi(test);
    for (const url of ['/healthz', '/api/v1/me', '/nothing']) {
      const { headers } = await call('bob', 'GET', url);
      assert.match(String(headers['x-request-id']), /^req-[0-9a-f-]{36}$/);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['cache-control'], 'no-store');
      assert.match(String(headers['content-security-policy']), /default-src 'none'/);
      assert.equal(headers['access-control-allow-origin'], undefined);
    }
  });
});

describe('what is not HTTP', () => {
  const send = async (port: number, request: string): Promise<string> => {
    const socket = connect(port, '127.0.0.1');
    socket.write(request);
    return text(socket);
  };

  it('gets a problem document too', async (test) => {
    const { api } = await testApi(test);
    await api.listen({ host: '127.0.0.1', port: 0 });
    const port = portOf(api);
    const garbage = await send(port, 'HELLO\r\n\r\n');
    assert.match(garbage, /^HTTP\/1\.1 400 /);
    assert.match(garbage, /"code":"input\.malformed"/);
    const large = await send(
      port,
      `GET /healthz HTTP/1.1\r\nHost: x\r\nX-Big: ${'y'.repeat(20_000)}\r\n\r\n`,
    );
    assert.match(large, /^HTTP\/1\.1 431 /);
  });
});
