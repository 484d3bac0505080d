import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { refusedSession, talkSession } from '../../../test/factories/talk-session.ts';
import { deployedApp, portOf, problemOf, testApi } from '../../../test/factories/test-api.ts';
import { until } from '../../../test/factories/test-platform.ts';
import { memoryWorld } from '../../../test/factories/memory-world.ts';

async function start(test: TestContext) {
  const { runtime, add } = memoryWorld();
  const made = await testApi(test, { runtime });
  const app = deployedApp(made.store, made.bob);
  await made.api.listen({ host: '127.0.0.1', port: 0 });
  const url = `ws://127.0.0.1:${portOf(made.api)}/api/v1/apps/shop-1/exec`;
  return { ...made, runtime, add, app, url };
}

describe('a command in an instance, over a WebSocket', () => {
  it('has both outputs apart, and its exit code', async (test) => {
    const { url, add, store } = await start(test);
    await add({ slot: 1 });
    const session = await talkSession(url);
    session.send({ command: ['say', 'fine', 'oh no', '7'] });
    assert.equal(await session.closed, 1000);
    assert.deepEqual(session.texts, { stdout: 'fine\n', stderr: 'oh no\n' });
    assert.deepEqual(session.events, [
      { type: 'started', instance: 'web-1-1' },
      { type: 'exit', exitCode: 7 },
    ]);
    const [told] = store.feed.since({ kind: 'all' }, 0, 10);
    assert.equal(told?.text, 'bob runs say in web-1-1');
  });

  it('takes the token from the protocols, as browsers can send it, and never sends it back', async (test) => {
    const { url, add } = await start(test);
    await add({ slot: 1 });
    const socket = new WebSocket(url, ['crane', 'bearer.crane_bob']);
    await once(socket, 'open');
    assert.equal(socket.protocol, 'crane');
    socket.close();
    for (const protocols of [['crane', 'bearer.crane_no'], ['bearer.crane_bob'], ['crane']])
      await assert.rejects(once(new WebSocket(url, protocols), 'open'), /401/);
  });

  it('gets input, up to its end, and can be sized', async (test) => {
    const { url, add } = await start(test);
    await add({ slot: 1 });
    const session = await talkSession(`${url}?service=web&instance=1`);
    session.send({ command: ['cat'], stdin: true, tty: true, size: { rows: 24, columns: 80 } });
    session.write('one ');
    session.send({ type: 'resize', rows: 10, columns: 20 });
    session.write('two');
    session.send({ type: 'endInput' });
    await session.closed;
    assert.equal(session.texts.stdout, 'one two');
    assert.deepEqual(session.events.at(-1), { type: 'exit', exitCode: 0 });
  });

  it('ends with its instance', async (test) => {
    const { url, add, runtime } = await start(test);
    const id = await add({ slot: 1 });
    const session = await talkSession(url);
    session.send({ command: ['sleep'] });
    await until('it runs', async () => (session.events.length > 0 ? true : null));
    await runtime.killInstance(id);
    await session.closed;
    assert.deepEqual(session.events.at(-1), { type: 'exit', exitCode: 137 });
  });

  it('is ended when the server closes, with the reason', async (test) => {
    const { url, add, api } = await start(test);
    await add({ slot: 1 });
    const session = await talkSession(url);
    session.send({ command: ['sleep'] });
    await until('it runs', async () => (session.events.length > 0 ? true : null));
    await Promise.all([api.close(), session.closed]);
    const last = session.events.at(-1);
    assert.equal(last?.type === 'error' ? last.problem.code : last?.type, 'part.unavailable');
  });

  it('is refused with a problem document where it cannot be', async (test) => {
    const { url, add, call } = await start(test);
    const codeOf = async (address: string, token: string | null = 'crane_bob') => {
      const { status, body } = await refusedSession(address, token);
      return [status, Object(body).code];
    };
    assert.deepEqual(await codeOf(url, null), [401, 'auth.missing']);
    assert.deepEqual(await codeOf(url, 'crane_no'), [401, 'auth.invalid']);
    assert.deepEqual(await codeOf(url, 'crane_cid'), [404, 'app.not_found']);
    assert.deepEqual(await codeOf(url), [409, 'instance.not_running']);
    assert.deepEqual(await codeOf(`${url}?service=db`), [404, 'service.not_found']);
    assert.deepEqual(await codeOf(`${url}?instance=x`), [422, 'input.invalid']);
    assert.deepEqual(await codeOf(url.replace('exec', 'logs')), [400, 'input.malformed']);
    await add({ slot: 1 });
    assert.deepEqual(await codeOf(`${url}?instance=2`), [409, 'instance.not_running']);
    problemOf(await call('bob', 'GET', '/api/v1/apps/shop-1/exec'), 426, 'input.upgrade_required');
  });

  it('says what was wrong with a message', async (test) => {
    const { url, add } = await start(test);
    await add({ slot: 1 });
    const lastProblem = async (...messages: (object | string)[]) => {
      const session = await talkSession(url);
      for (const message of messages)
        if (typeof message === 'string') session.socket.send(message);
        else session.send(message);
      await session.closed;
      const last = session.events.at(-1);
      return last?.type === 'error' ? [last.problem.code, last.problem.exitCode] : last;
    };
    assert.deepEqual(await lastProblem('no json'), ['input.malformed', 2]);
    assert.deepEqual(await lastProblem({ command: [] }), ['input.invalid', 2]);
    assert.deepEqual(await lastProblem({ command: ['cat'], owner: 1 }), ['input.invalid', 2]);
    assert.deepEqual(await lastProblem({ command: ['nope'] }), ['command.not_found', 127]);
    const late = { type: 'resize', rows: 0, columns: 1 };
    assert.deepEqual(await lastProblem({ command: ['cat'], stdin: true }, late), ['input.invalid', 2]);
  });
});
